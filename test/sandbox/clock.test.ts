import t from 'tap';
import { environmentOptions } from '../../src/sandbox/environment.ts';
import { open } from './open.ts';

const NOON = Date.UTC(2026, 5, 1, 12);

t.test("amoCRM's clock may be ahead or behind, and be set while it runs", async (t) => {
  const { call, sandbox } = await open(t, { now: () => NOON, clockAheadS: 90 });
  const created = async () => {
    const { headers, json } = await call('POST', '/api/v4/contacts', [{ name: 'a' }]);
    const contact = sandbox.store.contacts.get(json._embedded.contacts[0].id);
    t.equal(contact?.updated_at, contact?.created_at);
    return [Date.parse(headers.get('date') ?? ''), (contact?.created_at ?? 0) * 1000].map((ms) => (ms - NOON) / 1000);
  };
  t.strictSame(await created(), [90, 90]);
  await call('PUT', '/_sandbox/settings', { clockAheadS: -3600 });
  t.strictSame(await created(), [-3600, -3600]);
  sandbox.settings.clockAheadS = 0;
  t.strictSame(await created(), [0, 0]);
  t.match(await call('PUT', '/_sandbox/settings', { clockAheadS: 0.5 }), {
    status: 400,
    json: { error: /clockAheadS/ },
  });
});

t.test('the environment sets the clock', async (t) => {
  t.equal(environmentOptions({ SANDBOX_CLOCK_AHEAD_S: '-5' }).clockAheadS, -5);
  t.throws(() => environmentOptions({ SANDBOX_CLOCK_AHEAD_S: '1.5' }), /SANDBOX_CLOCK_AHEAD_S must be a whole number/);
});
