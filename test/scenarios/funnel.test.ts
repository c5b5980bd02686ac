import t from 'tap';
import { writesTo } from '../fixtures/records.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

/** A bot's dialogue through a funnel, by names alone. */
const steps = [
  {
    id: 'in',
    type: 'amocrm_intake',
    params: {
      telegram_id: '{user_id}',
      name: '{user_name}',
      lead: { name: 'Заявка из бота', pipeline: 'Продажи' },
      output_var: 'request',
    },
    next_step: 'move',
  },
  {
    id: 'move',
    type: 'amocrm_move_lead',
    params: { lead_id: '{request.lead_id}', status: 'Первичный контакт' },
    next_step: 'task',
  },
  {
    id: 'task',
    type: 'amocrm_create_task',
    params: {
      text: 'Перезвонить {user_name}',
      task_type: 'call',
      complete_in: 3600,
      entity_type: 'lead',
      entity_id: '{request.lead_id}',
      responsible_user: 'Ольга Лебедева',
    },
    next_step: 'note',
  },
  {
    id: 'note',
    type: 'amocrm_add_note',
    params: { entity_type: 'leads', entity_id: '{request.lead_id}', note_text: 'Думает' },
    next_step: 'lose',
  },
  {
    id: 'lose',
    type: 'amocrm_move_lead',
    params: { lead_id: '{request.lead_id}', status: 'lost', loss_reason: 'Дорого', output_var: 'lost' },
  },
];
const context = { user_id: 700, user_name: 'Пётр' };

const run = async ({ app }: Service, query = '') =>
  answerOf(await app.inject({ method: 'POST', url: `/scenarios/run${query}`, payload: { steps, context } }));

function isLost({ sandbox }: Service, leadId: number): boolean {
  const lead = sandbox.store.leads.get(leadId);
  return lead?.status_id === 143 && lead.loss_reason_id === 501 && lead.pipeline_id === 1;
}

t.test('in one scenario, as a dry run first', async (t) => {
  const service = await startService(t);
  const dry = await run(service, '?dry_run=true');
  t.equal(dry.status, 200, JSON.stringify(dry.body).slice(0, 500));
  t.strictSame(writesTo(service.sandbox), []);
  t.strictSame(
    dry.body.steps.map(({ requests }: { requests: { method: string; path: string }[] }) =>
      requests.map(({ method, path }) => `${method} ${path}`),
    ),
    [
      ['POST /api/v4/contacts', 'POST /api/v4/leads'],
      [],
      ['POST /api/v4/tasks'],
      ['POST /api/v4/leads/notes'],
      ['PATCH /api/v4/leads'],
    ],
  );
  const { status, body } = await run(service);
  t.equal(status, 200, JSON.stringify(body).slice(0, 500));
  t.ok(isLost(service, body.context.request.lead_id));
  t.match(body.context.lost, { moved: true, previous: { status_id: 1002 } });
});

t.test('as single steps', async (t) => {
  const service = await startService(t);
  let variables: Record<string, unknown> = context;
  for (const { type, params } of steps) {
    const { status, body } = await service.step(type, params, { context: variables });
    t.equal(status, 200, `${type} ${JSON.stringify(body).slice(0, 300)}`);
    variables = body.context;
  }
  t.ok(isLost(service, Object(variables.request).lead_id));
});
