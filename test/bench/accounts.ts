import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFlags } from '../fixtures/start-command.ts';
import { type Target, throughService } from './creates.ts';
import type { LatencyPlan } from './idle-latency.ts';
import { post } from './load.ts';
import { start } from './processes.ts';
import { type BenchSandbox, startSandbox, unlimited } from './sandbox.ts';
import { figure, quantile, times } from './table.ts';

/** Under 50 creates a second, which the accounts are told to keep: nobody may have to wait for a place. */
const roundMs = 25;
/** Requests in each round for the account that is in trouble. */
const othersAtOnce = 2;
/** As fast as amoCRM answers in life: without that a millisecond would be a fifth of the whole. */
const answerMs = 60;
const turns = 10;

/** One create at a time in an account alone, and while many are asked of another that is blocked or cannot be reached. */
export async function measureAccounts(healthy: BenchSandbox, { samples, warmUp }: LatencyPlan): Promise<string[][]> {
  const [blocked, down] = [await startSandbox(), await startSandbox()];
  await healthy.reset({ ...unlimited, latencyMs: answerMs });
  await blocked.reset({ ...unlimited, banned: true });
  await down.stop();
  const adminKey = randomBytes(16).toString('hex');
  const service = await start({
    script: 'src/server.js',
    flags: startFlags,
    core: 'measured',
    env: {
      ADMIN_KEYS: adminKey,
      SECRET_KEY: randomBytes(32).toString('base64'),
      AMO_HOSTS: '127.0.0.1',
      AMO_RATE_LIMIT: '50',
    },
    ready: /"address":"([^"]+)".*"listening"/,
  });
  const target = (id: string, sandbox: BenchSandbox) => open(service.address, adminKey, id, sandbox);
  const own = await target('healthy', healthy);
  const others = { blocked: await target('blocked', blocked), 'not to be reached': await target('down', down) };
  const agent = new Agent({ keepAlive: true });
  let number = 0;

  async function sample(other: Target | undefined, count: number): Promise<number[]> {
    const taken: number[] = [];
    const asked: Promise<number>[] = [];
    for (let round = 0; round < count; round += 1) {
      const began = performance.now();
      for (let index = 0; other !== undefined && index < othersAtOnce; index += 1)
        asked.push(post(other, round, agent));
      number += 1;
      const status = await post(own, number, agent);
      taken.push(performance.now() - began);
      if (status !== 200) throw new Error(`the healthy account answered ${status}`);
      await sleep(Math.max(0, roundMs - (performance.now() - began)));
    }
    const statuses = new Set(await Promise.all(asked));
    if (statuses.has(200)) throw new Error('the account in trouble has answered');
    return taken;
  }

  await sample(undefined, warmUp);
  for (const other of Object.values(others)) await sample(other, warmUp);
  const alone: number[] = [];
  const beside = Object.entries(others).map(([name, other]) => ({ name, other, taken: [] as number[] }));
  // In turns: what else the machine does meanwhile meets all of them.
  for (let turn = 0; turn < turns; turn += 1) {
    alone.push(...(await sample(undefined, samples / turns)));
    for (const { other, taken } of beside) taken.push(...(await sample(other, samples / turns)));
  }
  agent.destroy();
  await service.stop();
  await blocked.stop();
  const own99 = quantile(alone, 0.99);
  return beside.map(({ name, taken }) => {
    const p99 = quantile(taken, 0.99);
    return [
      `a create in one account, with ${othersAtOnce} requests beside it for another that is ${name}, p99`,
      `${figure(p99)} ms`,
      `${figure(own99)} ms: alone`,
      `${times(p99 / own99)}`,
    ];
  });
}

/** Puts the account of a sandbox; gives what creates in it with a key of its own. */
async function open(address: string, adminKey: string, id: string, sandbox: BenchSandbox): Promise<Target> {
  const ask = async (method: string, path: string, body: object) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${address}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return Object(await response.json());
  };
  await ask('PUT', `/accounts/${id}`, { base_url: sandbox.address, access: { access_token: sandbox.token } });
  const { key } = await ask('POST', '/keys', { caller: id, accounts: [id] });
  const target = throughService(address);
  return { ...target, headers: { ...target.headers, authorization: `Bearer ${key}` } };
}
