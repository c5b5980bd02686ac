import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

t.test('an identity that a bot has not filled in is refused: it would make one person of all', async (t) => {
  const { app, sandbox } = await startService(t);
  const step = async (type: string, payload: object) =>
    answerOf(await app.inject({ method: 'POST', url: `/steps/${type}`, payload }));
  const unfilled: [string, unknown][] = [
    ['telegram_id', '#{platform_id}'],
    ['telegram_id', `$${'{user.id}'}`],
    ['telegram_id', '{{ $json.id }}'],
    ['telegram_id', '%user_id%'],
    ['telegram_id', 'undefined'],
    ['telegram_id', '$telegram_id'],
    ['telegram_id', '[[telegram_id]]'],
    ['telegram_id', '<telegram_id>'],
    ['email', 'нет'],
    ['phone', '+7#{phone-1}'],
    ['email', '{{email-1}}@example.com'],
    ['query', '#{q}'],
    ['query', 'undefined'],
    ['match_fields', { 'Telegram ID': '#{platform_id}' }],
  ];
  for (const type of ['amocrm_find_contact', 'amocrm_find_or_create_contact', 'amocrm_intake']) {
    for (const [name, value] of unfilled) {
      const more = type === 'amocrm_find_contact' ? {} : { name: 'Иван' };
      const answer = await step(type, { params: { ...more, [name]: value } });
      isProblem(t, answer, 'INVALID_REQUEST');
      t.match(
        answer.body.errors[0].message,
        /has not filled in|placeholder/,
        `${type} ${name} ${JSON.stringify(value)}`,
      );
    }
  }
  const context = { id: 'null' };
  isProblem(t, await step('amocrm_find_contact', { params: { telegram_id: '{id}' }, context }), 'INVALID_REQUEST');
  t.equal(sandbox.requests.length, 0);
});

t.test(
  'in a scenario it is told before anything is sent, unless a placeholder has still to be filled in',
  async (t) => {
    const { app, sandbox } = await startService(t);
    const scenario = async (type: string, params: object) => {
      const lead = { type: 'amocrm_create_lead', params: { name: 'Сделка' }, next_step: 'person' };
      const payload = { steps: [lead, { id: 'person', type, params }], context: { n: 1 } };
      return answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload }));
    };
    const cases: [string, string, object][] = [
      ['amocrm_find_contact', 'phone', { phone: '%phone%' }],
      ['amocrm_find_or_create_contact', 'telegram_id', { telegram_id: 'null', name: '{n}' }],
      ['amocrm_intake', 'match_fields.Telegram ID', { match_fields: { 'Telegram ID': '<id>' } }],
    ];
    for (const [type, place, params] of cases) {
      const answer = await scenario(type, params);
      isProblem(t, answer, 'INVALID_REQUEST', { what: type });
      t.match(answer.body.errors, [{ path: `steps[1].params.${place}`, message: /has not filled in/ }], type);
      t.notOk('failed_step' in answer.body);
    }
    t.equal(sandbox.requests.length, 0);
    t.equal((await scenario('amocrm_find_contact', { telegram_id: '#{n}', email: "{m || 'a@b.ru'}" })).status, 200);
  },
);

t.test('other texts are no variables, and steps that look for nobody take any', async (t) => {
  const { app } = await startService(t);
  const step = async (type: string, params: object) =>
    answerOf(await app.inject({ method: 'POST', url: `/steps/${type}`, payload: { params } })).status;
  t.equal(await step('amocrm_find_contact', { telegram_id: 'Null_' }), 200);
  t.equal(await step('amocrm_find_contact', { email: 'undefined@example.com' }), 200);
  t.equal(await step('amocrm_find_contact', { query: '{"k": 1}', phone: '+7 900 {1}' }), 200);
  t.equal(await step('amocrm_create_contact', { name: 'Иван', phone: 'none' }), 200);
});
