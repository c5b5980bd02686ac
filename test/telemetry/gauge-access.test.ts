import { Registry } from '@prometheus-io/client';
import t from 'tap';
import { gaugeAccess } from '../../src/telemetry/gauge-access.ts';

const day = 86_400;

t.test('shows when access ends, of several accounts the one that ends first', async (t) => {
  const registry = new Registry();
  let seconds = 1_800_000_000;
  const note = gaugeAccess(registry, { wall: () => seconds * 1000 });
  const shown = async () => /^amocrm_steps_access_ends_in_seconds (\S+)$/m.exec(await registry.metrics())?.[1];
  const tokenUntil = (exp: number) => `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
  t.equal(await shown(), undefined, 'absent without a token that tells');
  const token = tokenUntil(seconds + 400 * day);
  const issuedAt = seconds * 1000;
  note('a', () => ({ kind: 'long-lived', token }));
  note('b', () => ({ kind: 'oauth', issuedAt }));
  note('c', () => ({ kind: 'long-lived', token: 'opaque' }));
  t.equal(Number(await shown()), 90 * day);
  note('b');
  t.equal(Number(await shown()), 400 * day);
  seconds += day;
  t.equal(Number(await shown()), 399 * day);
});
