import t, { type Test } from 'tap';
import { loadConfig } from '../../../src/config/config.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { buildWatchedApp } from '../../fixtures/canary.ts';
import { densest } from '../../fixtures/densest.ts';
import { until } from '../../fixtures/keyed.ts';
import { type ServiceProcess, startProcess } from '../../fixtures/service-process.ts';

async function start(t: Test) {
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0 });
  t.teardown(() => sandbox.close());
  const env = { AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token, DATA_DIR: t.testdir() };
  return { sandbox, env };
}

t.test('two services in succession keep the limit together, as long as the second rests first', async (t) => {
  const { sandbox, env } = await start(t);
  const config = loadConfig(env);
  const serveSeven = async (restMs: number) => {
    const app = await buildWatchedApp({ config, restMs });
    const searches = Array.from({ length: 7 }, (_, index) =>
      app.inject({ method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: `никто ${index}` } } }),
    );
    await Promise.all(searches);
    await app.close();
  };
  await serveSeven(0);
  await serveSeven(1_000);
  t.equal(densestOf(sandbox), 7);
  await serveSeven(0);
  t.ok(densestOf(sandbox) > 7, 'which a test without the rest would see');
});

t.test('no second sees more than the limit when a process that is killed is followed by another', async (t) => {
  const { sandbox, env } = await start(t);
  const first = await startProcess(t, env);
  // As in a deploy that overlaps: the second one waits for the directory meanwhile.
  const starting = startProcess(t, env);
  search(first);
  await until(() => sandbox.requests.length >= 7);
  first.kill('SIGKILL');
  const second = await starting;
  search(second);
  const before = sandbox.requests.length;
  await until(() => sandbox.requests.length >= before + 7);
  t.ok(densestOf(sandbox) <= 7, `${densestOf(sandbox)} in a second`);
});

/** A dozen reads at once; what becomes of them does not matter here. */
function search({ address }: ServiceProcess): void {
  for (let index = 0; index < 12; index += 1) {
    const body = JSON.stringify({ params: { query: `никто ${address} ${index}` } });
    const headers = { 'content-type': 'application/json' };
    fetch(`${address}/steps/amocrm_search`, { method: 'POST', headers, body }).catch(() => undefined);
  }
}

/** The most arrivals in any second. */
function densestOf({ requests }: Sandbox): number {
  return densest(requests.map(({ at }) => at));
}
