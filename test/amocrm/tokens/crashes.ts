import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileCache } from '../../fixtures/compile-cache.ts';
import { startFaultProxy } from '../../fixtures/fault-proxy.ts';
import { clientEnv, openIntegration } from '../../fixtures/oauth.ts';

/** One kill during the exchange of a grant. */
export interface Round {
  grant: 'code' | 'refresh';
  /** Before the grant reaches amoCRM, before its answer comes back, or so many milliseconds after its sending. */
  moment: 'request' | 'sent' | number;
}

export interface CrashReport {
  /** For each round whether the data directory holds tokens that amoCRM still takes. */
  kept: boolean[];
  faults: string[];
}

interface Service {
  child: ChildProcess;
  address: Promise<string>;
  ended: Promise<unknown>;
}

const script = join(import.meta.dirname, '../../fixtures/serve-quickly.ts');

/**
 * Kills the service while it exchanges a grant, and starts it again: what it has stored has to be enough to go on with,
 * unless amoCRM has spent the last refresh token, which it then has to say. Each round's create has to happen once.
 */
export async function runTokenCrashes(
  t: Parameters<typeof openIntegration>[0],
  rounds: readonly Round[],
): Promise<CrashReport> {
  const { sandbox, directory, stored, exchanges } = await openIntegration(t, { sandbox: { latencyMs: 5 } });
  const report: CrashReport = { kept: [], faults: [] };
  let code = sandbox.oauth.authCode();
  let armed: Round['moment'] | undefined;
  const proxy = await startFaultProxy(sandbox.url, ({ path }) => {
    if (armed === undefined || !path.startsWith('/oauth2')) return undefined;
    const moment = armed;
    armed = undefined;
    const kill = () => service.child.kill('SIGKILL');
    if (typeof moment === 'number') setTimeout(kill, moment);
    else kill();
    return typeof moment === 'number' ? undefined : { kind: 'reset', at: moment };
  });
  t.teardown(() => proxy.close());
  let service = start();
  t.teardown(() => kill());

  function start(): Service {
    const env = {
      ...clientEnv(sandbox),
      AMO_BASE_URL: proxy.url,
      AMO_AUTH_CODE: code,
      // An open create is waited for from the end that its call can have at the latest.
      AMO_TIMEOUT_MS: '1000',
      DATA_DIR: directory,
      PORT: '0',
      ...compileCache,
    };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const address = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line).address);
    return { child, address, ended: once(child, 'exit') };
  }

  async function kill(): Promise<void> {
    service.child.kill('SIGKILL');
    await service.ended;
  }

  async function authorizeAnew(): Promise<void> {
    await kill();
    code = sandbox.oauth.authCode();
    service = start();
  }

  async function post(name: string) {
    const response = await fetch(`${await service.address}/steps/amocrm_create_contact`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': encodeURIComponent(name) },
      body: JSON.stringify({ params: { name } }),
    });
    const body: ReturnType<typeof JSON.parse> = await response.json();
    return { status: response.status, body };
  }

  /** The same again for as long as that is worth while. */
  async function create(name: string) {
    for (;;) {
      const answer = await post(name);
      if (answer.body.retryable !== true) return answer;
      await sleep(50);
    }
  }

  /** Sets an exchange off that ends with the process. */
  async function crash({ grant, moment }: Round, name: string): Promise<void> {
    const before = exchanges().length;
    sandbox.oauth.revokeAccess();
    armed = moment;
    if (grant === 'code') await authorizeAnew();
    else post(name).catch(() => undefined);
    await service.ended;
    const isAtRest = () => exchanges().length > before && exchanges().every(({ status }) => status !== 0);
    while (moment !== 'request' && !isAtRest()) await sleep(5);
  }

  async function play(round: Round, name: string): Promise<void> {
    const note = (fault: string) => report.faults.push(`${JSON.stringify(round)}: ${fault}`);
    await crash(round, name);
    const isKept = sandbox.oauth.isFresh(stored()?.refresh_token ?? '');
    report.kept.push(isKept);
    service = start();
    const answer = await create(name);
    if (isKept !== (answer.status === 200)) note(JSON.stringify(answer.body));
    if (!isKept) {
      if (answer.body.code !== 'AMOCRM_UNAUTHORIZED' || !/was lost/.test(answer.body.detail)) note('not said plainly');
      await authorizeAnew();
      if ((await create(name)).status !== 200) note('the new code does not help');
    }
    const made = [...sandbox.store.contacts.values()].filter((contact) => contact.name === name).length;
    if (made !== 1) note(`${made} contacts`);
  }

  if ((await create('Первый')).status !== 200) report.faults.push('the first code does not help');
  for (const [index, round] of rounds.entries()) await play(round, `Контакт ${index}`);
  return report;
}
