import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const types = {
  amocrm_delete_company: ['удаление компании', /amocrm_add_tags/],
  amocrm_delete_contact: ['удаление контакта', /amocrm_add_tags/],
  amocrm_delete_lead: ['удаление сделки', /amocrm_move_lead with status "lost"/],
  amocrm_delete_task: ['удаление задачи', /amocrm_complete_task/],
  amocrm_create_event: ['создание события', /service_message/],
  amocrm_save_fields: ['сохранение карты полей', /AMO_FIELDS_FILE/],
} as const;

const service = await startService(t);

for (const [type, [label, advice]] of Object.entries(types)) {
  t.test(`${type} says what to use instead`, async (t) => {
    const answer = await service.step(type, {});
    isProblem(t, answer, 'STEP_NOT_OFFERED');
    const { body } = answer;
    t.match(body, { status: 404, detail: advice, retryable: false });
    t.equal(body.context.__step_error__, `AmoCRM ${label}: в API amoCRM нет такой операции`);
  });
}

t.test('within a scenario the advice is one of its faults, and nothing is sent', async (t) => {
  const steps = [
    { type: 'amocrm_create_contact', params: { name: 'Иван' } },
    { type: 'amocrm_delete_lead', params: { lead_id: 1 } },
    { type: 'amocrm_creat_lead', params: {} },
    { type: 'constructor', params: {} },
  ];
  const answer = answerOf(await service.app.inject({ method: 'POST', url: '/scenarios/run', payload: { steps } }));
  t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST' } });
  t.match(answer.body.errors, [
    { path: 'steps[1].type', message: types.amocrm_delete_lead[1] },
    { path: 'steps[2].type', message: /did you mean amocrm_create_lead/ },
    { path: 'steps[3].type', message: /no step type constructor/ },
  ]);
  t.strictSame(service.sandbox.requests, []);
});

t.test('they are in no list of steps', async (t) => {
  const { body } = answerOf(await service.app.inject('/steps'));
  for (const type of Object.keys(types)) t.notOk(body.steps.some((step: { type: string }) => step.type === type));
});
