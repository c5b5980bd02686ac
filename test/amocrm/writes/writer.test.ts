import fc from 'fast-check';
import t from 'tap';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const quick = createUnhurriedClock(50);
const silentObserver = 999_999_999;

t.test(
  'of any batch exactly the bad items fail, each with its own error, and every item is answered once',
  async (t) => {
    const { step, sandbox } = await startService(t, { clock: quick, sandbox: { latencyMs: 5 } });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (plan) => {
        run += 1;
        const names = plan.map((_, index) => `Прогон ${run} контакт ${index}`);
        const answers = await Promise.all(
          plan.map((bad, index) =>
            step('amocrm_create_contact', {
              name: names[index],
              ...(bad ? { responsible_user_id: silentObserver } : {}),
            }),
          ),
        );
        const stored = [...sandbox.store.contacts.values()].map(({ name }) => name);
        return plan.every((bad, index) => {
          const answer = answers[index];
          const copies = stored.filter((name) => name === names[index]).length;
          if (!bad) return answer?.status === 200 && copies === 1;
          return (
            answer?.body.code === 'AMOCRM_REJECTED' &&
            answer.body.errors[0].path === 'params.responsible_user_id' &&
            copies === 0
          );
        });
      }),
      { numRuns: 25, seed: 11 },
    );
    t.pass('held for every plan');
  },
);

const committed: [
  string,
  Parameters<Awaited<ReturnType<typeof startService>>['sandbox']['faults']['add']>[0]['action'],
][] = [
  ['reset after it was stored', { kind: 'after', next: { kind: 'drop' } }],
  ['answered 504 after it was stored', { kind: 'after', next: { kind: 'status', status: 504, body: 'html' } }],
  ['answered 502 after it was stored', { kind: 'after', next: { kind: 'status', status: 502, body: 'html' } }],
  ['answered with a cut body', { kind: 'cut', bytes: 30 }],
  ['answered with an HTML page', { kind: 'after', next: { kind: 'status', status: 200, body: 'html' } }],
  ['answered without its item', { kind: 'omit' }],
];
for (const [how, action] of committed) {
  t.test(`a create that was ${how} is found and answered, not repeated`, async (t) => {
    const { step, sandbox } = await startService(t, { clock: quick });
    const cases: [string, object][] = [
      [
        'amocrm_create_contact',
        {
          name: 'Единственный',
          phone: '8 (900) 111-22-33',
          custom_fields: { Источник: 'Telegram', 'Дата рождения': '1990-05-17' },
          tags: ['бот'],
        },
      ],
      ['amocrm_create_lead', { name: 'Единственная', price: 5000, contact_id: 12345, pipeline_id: 1, status_id: 142 }],
      ['amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: 'Единственная заметка' }],
      [
        'amocrm_create_company',
        { name: 'Единственная', phone: '8 812 555 01 10', website: 'a.example', tags: ['бот'] },
      ],
      [
        'amocrm_create_task',
        { text: ' Единственная ', entity_type: 'leads', entity_id: 67890, task_type: 'meeting', duration: 900 },
      ],
    ];
    for (const [type, params] of cases) {
      sandbox.faults.add({ method: 'POST', action });
      const answer = await step(type, params);
      t.equal(answer.status, 200, `${type}: ${answer.body.detail ?? ''}`);
    }
    t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Единственный').length, 1);
    t.equal([...sandbox.store.leads.values()].filter(({ name }) => name === 'Единственная').length, 1);
    t.equal([...sandbox.store.companies.values()].filter(({ name }) => name === 'Единственная').length, 1);
    t.equal([...sandbox.store.tasks.values()].filter(({ text }) => text.trim() === 'Единственная').length, 1);
    t.equal(sandbox.requests.filter(({ method }) => method === 'POST').length, cases.length);
  });
}

t.test('a create that was dropped before it was stored is sent once more', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'POST', action: { kind: 'drop' } });
  t.equal((await step('amocrm_create_contact', { name: 'Второй раз' })).status, 200);
  t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Второй раз').length, 1);
});

t.test(
  'a create without an answer in time that is not there is of unknown outcome, and is not sent again',
  async (t) => {
    const { step, sandbox } = await startService(t, { clock: quick, env: { AMO_TIMEOUT_MS: '150' } });
    sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    const answer = await step('amocrm_create_contact', { name: 'Никто не знает' });
    t.match(answer, { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: false } });
    t.equal(sandbox.requests.filter(({ method }) => method === 'POST').length, 1);
  },
);

t.test('an entity that a person made with the same name is not taken for ours', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, env: { AMO_TIMEOUT_MS: '150' } });
  const stranger = await fetch(`${sandbox.url}/api/v4/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ name: 'Тёзка', created_by: 8_000_002 }]),
  });
  t.equal(stranger.status, 200);
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  t.match(await step('amocrm_create_contact', { name: 'Тёзка' }), { body: { code: 'OUTCOME_UNKNOWN' } });
});

t.test('equal creates of unknown fate get an id each', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => step('amocrm_create_lead', { name: 'Одинаковая' })),
  );
  t.ok(answers.every(({ status }) => status === 200));
  t.equal(new Set(answers.map(({ body }) => body.result.lead_id)).size, 10);
  t.equal([...sandbox.store.leads.values()].filter(({ name }) => name === 'Одинаковая').length, 10);
});

t.test('an update in doubt is read, and sent again where it was not carried out', async (t) => {
  for (const [action, sent] of [
    [{ kind: 'drop' }, 2],
    [{ kind: 'after', next: { kind: 'drop' } }, 1],
  ] as const) {
    const { step, sandbox } = await startService(t, { clock: quick });
    sandbox.faults.add({ method: 'PATCH', action });
    const update = { contact_id: 12345, update_data: { last_name: 'Новая' } };
    t.match(await step('amocrm_update_contact', update), { status: 200, body: { result: { updated: true } } });
    t.equal(sandbox.requests.filter(({ method }) => method === 'PATCH').length, sent);
    t.match(sandbox.store.contacts.get(12345), { last_name: 'Новая' });
  }
});

t.test('what was written before a failure is told', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/contacts/notes',
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  const answer = await step('amocrm_update_contact', {
    contact_id: 12345,
    update_data: { last_name: 'Иная', notes: 'Нет' },
  });
  t.match(answer, {
    status: 502,
    body: { code: 'AMOCRM_FORBIDDEN', written: [{ entity_type: 'contacts', id: 12345 }], retryable: false },
  });
});
