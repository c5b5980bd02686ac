import { Registry } from '@prometheus-io/client';
import t from 'tap';
import { countTokens } from '../../src/telemetry/count-tokens.ts';
import { readMetrics } from '../fixtures/metrics.ts';

t.test('renewals of tokens are counted by result', async (t) => {
  const registry = new Registry();
  const tell = countTokens(registry);
  tell({ event: 'loaded', expiresAt: 1000 });
  for (const event of ['refreshed', 'failed', 'failed', 'interrupted'] as const) tell({ event });
  const metrics = readMetrics(await registry.metrics());
  t.strictSame(metrics.by('token_refreshes_total', 'result'), { refreshed: 1, failed: 2, interrupted: 1 });
});

t.test('the time that is left runs out, and is not shown where there is no token', async (t) => {
  const registry = new Registry();
  let now = 0;
  const tell = countTokens(registry, { wall: () => now });
  const left = async () => {
    const { samples } = readMetrics(await registry.metrics());
    return samples.filter(({ name }) => name === 'amocrm_steps_token_expires_in_seconds').map(({ value }) => value);
  };
  t.strictSame(await left(), []);
  tell({ event: 'refreshed', expiresAt: 86_400_000 });
  t.strictSame(await left(), [86_400]);
  now = 86_300_000;
  t.strictSame(await left(), [100]);
  tell({ event: 'failed' });
  t.strictSame(await left(), []);
});
