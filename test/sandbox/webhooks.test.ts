import t from 'tap';
import { open } from './open.ts';

const HOOK = { destination: 'https://bot.example/hook', settings: ['add_lead', 'status_lead'] };
const PATH = '/api/v4/webhooks';

t.test('a subscription is one object, kept once for each address', async (t) => {
  const { call } = await open(t);
  t.equal((await call('GET', PATH)).status, 204);
  const made = await call('POST', PATH, { ...HOOK, sort: 10 });
  t.match(made, {
    status: 201,
    json: { ...HOOK, settings: { add_lead: 1, status_lead: 1 }, sort: 10, disabled: false },
  });
  const again = await call('POST', PATH, { ...HOOK, settings: ['add_task'] });
  t.match(again, { status: 201, json: { id: made.json.id, settings: { add_task: 1 } } });
  await call('POST', PATH, { ...HOOK, destination: 'https://other.example' });
  const listed = await call('GET', `${PATH}?filter[destination]=${encodeURIComponent(HOOK.destination)}`);
  t.match(listed.json, { _total_items: 1, _embedded: { webhooks: [{ id: made.json.id, settings: ['add_task'] }] } });
  t.equal((await call('DELETE', PATH, { destination: HOOK.destination })).status, 204);
  t.equal((await call('DELETE', PATH, { destination: HOOK.destination })).status, 404);
  t.equal((await call('GET', PATH)).json._total_items, 1);
});

t.test('what is no subscription is refused', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  t.strictSame(await refusals('POST', PATH, [HOOK]), ['InvalidType ']);
  t.strictSame(await refusals('POST', PATH, { ...HOOK, settings: ['add_robot'] }), ['NotSupportedChoice settings.0']);
  t.strictSame(await refusals('POST', PATH, { ...HOOK, settings: [] }), ['NotSupportedChoice settings']);
  t.strictSame(await refusals('POST', PATH, { settings: ['add_lead'] }), ['FieldMissing destination']);
  t.strictSame(await refusals('POST', PATH, { ...HOOK, destination: 'bot' }), ['NotSupportedChoice destination']);
  for (let index = 0; index < 100; index += 1) {
    await call('POST', PATH, { ...HOOK, destination: `https://bot.example/${index}` });
  }
  t.equal((await call('POST', PATH, HOOK)).status, 422, 'a hundred are the most');
  sandbox.settings.role = 'user';
  t.equal((await call('GET', PATH)).status, 403);
});
