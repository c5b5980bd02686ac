import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plantPeople } from './crowd-account.ts';
import { type Answer, type Errand, errands } from './errands.ts';
import { fillDirectory, find } from './filled.ts';
import { measureLibraryFinds } from './library-finds.ts';
import type { Running } from './processes.ts';
import { type BenchSandbox, lifelike, unlimited } from './sandbox.ts';
import { startService, startWaiting } from './services.ts';
import { count, duration, figure, median, times } from './table.ts';

export interface CrowdPlan {
  /** Contacts that the account has before the crowds come. */
  contacts: number;
  /** Users that come at once. */
  users: number;
  /** Calls that are made one after another, to tell how long all would take. */
  paced: number;
}

interface Crowd {
  ms: number;
  done: number;
  calls: number;
  densest: number;
  cpuEach: number;
}

/** So that each call is due when the last has left the second. */
const intervalMs = 150;
/** A little more than the service rests after its start. */
const restedMs = 1_500;
/** What calls before it still take of the limit. */
const quietMs = 1_200;
const mib = 2 ** 20;
/** Until all that a find takes is compiled. */
const warmUpRounds = 8;
const warmRounds = 5;

/** Finds by many at once, against one call for each thing that is asked. */
export async function measureCrowds(sandbox: BenchSandbox, plan: CrowdPlan): Promise<string[][]> {
  await sandbox.reset(unlimited);
  await plantPeople(sandbox, plan.contacts);
  await sandbox.set(lifelike);
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'amocrm-steps-bench-'));
  try {
    return await measure(sandbox, plan, DATA_DIR);
  } finally {
    rmSync(DATA_DIR, { recursive: true });
  }
}

async function measure(sandbox: BenchSandbox, plan: CrowdPlan, DATA_DIR: string): Promise<string[][]> {
  const first = await startService(sandbox, { DIRECTORY: 'on', DATA_DIR });
  await sleep(restedMs);
  const filled = await fillDirectory(first, plan.contacts);
  await first.stop();
  // What the fill itself leaves behind is the heap that reads of so many pages take, with a directory or without.
  const without = await startService(sandbox, { DIRECTORY: 'off' });
  const bare = await rssAfterFind(without);
  await without.stop();
  // While no service runs: to take its share of the limit would make it slow down.
  const eachMs = await pacedCall(sandbox, plan.paced);
  const service = await startService(sandbox, { DIRECTORY: 'on', DATA_DIR });
  const own = await rssAfterFind(service);
  await fillDirectory(service, plan.contacts);
  const rows = [
    [
      `filling the contact directory, ${count(filled.contacts)} contacts, nothing else to do`,
      `${count(filled.contacts / (filled.ms / 1000))} contacts/s; ${figure(filled.bytes / mib)} MiB on disk`,
      '',
      '',
    ],
    [
      `memory (RSS) after a start and a find, ${count(filled.contacts)} contacts in the directory`,
      `${figure(own / mib)} MiB, so ${own < bare ? '−' : '+'}${figure(Math.abs(own - bare) / mib)} MiB`,
      `${figure(bare / mib)} MiB: without the contact directory`,
      `${times(own / bare)} the memory`,
    ],
  ];
  let next = plan.contacts;
  const { find: finding, ...others } = errands(plan.contacts);
  let findsMs = Number.NaN;
  for (const errand of [finding, ...Object.values(others)]) {
    await sleep(quietMs);
    const own = await crowd(sandbox, service, errand, next, plan.users);
    if (errand === finding) findsMs = own.ms;
    next += plan.users;
    const alone = plan.users * errand.callsEach * eachMs;
    rows.push([
      `${count(plan.users)} at once: ${errand.what}`,
      `${count(own.done)} done in ${duration(own.ms)}, ${count(own.calls)} calls, at most ${own.densest} in a second; ${figure(own.cpuEach)} ms of CPU each`,
      `${duration(alone)}: one call each, ${figure(errand.callsEach)} a user, at ${duration(eachMs)} a call`,
      own.done === plan.users
        ? `${times(alone / own.ms)} as fast, ${times((plan.users * errand.callsEach) / own.calls)} fewer calls`
        : 'none: work left undone',
    ]);
  }
  const cpuEach = await cpuOfFinds(sandbox, service, finding, plan.users);
  await service.stop();
  rows.push(...(await measureLibraryFinds(sandbox, { ...plan, ourMs: findsMs })));
  const bareCpu = await cpuOfBareRequests(finding, plan.users);
  rows.push([
    `CPU of a find among ${count(plan.users)}, its HTTP request included, median of ${warmRounds} crowds after ${warmUpRounds}`,
    `${figure(cpuEach)} ms, so +${figure(cpuEach - bareCpu)} ms`,
    `${figure(bareCpu)} ms: a bare Fastify that gives the body back`,
    `${times(cpuEach / bareCpu)} the CPU`,
  ]);
  return rows;
}

/** What the HTTP of such a crowd takes alone. */
async function cpuOfBareRequests({ bodyOf }: Errand, users: number): Promise<number> {
  const bare = await startWaiting();
  await (await fetch(`${bare.address}/go`, { method: 'POST' })).text();
  const each: number[] = [];
  for (let round = 0; round < warmUpRounds + warmRounds; round += 1) {
    const { cpu } = await bare.usage();
    const agent = new Agent({ keepAlive: true });
    await Promise.all(
      Array.from({ length: users }, (_, index) => ask(`${bare.address}/contacts`, bodyOf(index), agent)),
    );
    agent.destroy();
    each.push(((await bare.usage()).cpu - cpu) / 1000 / users);
  }
  await bare.stop();
  return median(each.slice(warmUpRounds));
}

async function cpuOfFinds(sandbox: BenchSandbox, service: Running, finding: Errand, users: number): Promise<number> {
  const each: number[] = [];
  for (let round = 0; round < warmUpRounds + warmRounds; round += 1) {
    await sleep(quietMs);
    each.push((await crowd(sandbox, service, finding, 0, users)).cpuEach);
  }
  return median(each.slice(warmUpRounds));
}

async function rssAfterFind(service: Running): Promise<number> {
  await sleep(restedMs);
  await find(service, 1);
  return (await service.usage()).rss;
}

async function crowd(
  sandbox: BenchSandbox,
  service: Running,
  { path, bodyOf, isDone }: Errand,
  from: number,
  users: number,
): Promise<Crowd> {
  const { next: before } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
  const { cpu } = await service.usage();
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: users }, (_, index) => ask(`${service.address}/${path}`, bodyOf(from + index), agent)),
  );
  const ms = performance.now() - began;
  agent.destroy();
  const { next, requests } = await sandbox.requests(before);
  return {
    ms,
    done: answers.filter((answer, index) => isDone(answer, from + index)).length,
    calls: next - before,
    densest: densest(requests.map(({ at }) => at)),
    cpuEach: ((await service.usage()).cpu - cpu) / 1000 / users,
  };
}

/** The most in any second. */
function densest(moments: readonly number[]): number {
  return Math.max(...moments.map((at) => moments.filter((other) => other >= at && other < at + 1000).length));
}

/** Milliseconds for each of some searches, made as fast as the limit allows; after a 429 it goes on a second later. */
async function pacedCall({ address, token }: BenchSandbox, calls: number): Promise<number> {
  await sleep(quietMs);
  const headers = { authorization: `Bearer ${token}` };
  const began = performance.now();
  let due = began;
  for (let done = 0; done < calls; ) {
    await sleep(Math.max(0, due - performance.now()));
    // From the call itself: after one that was late the next must not follow more closely.
    due = performance.now();
    const response = await fetch(`${address}/api/v4/contacts?limit=250&query=${done}`, { headers });
    await response.text();
    due += response.status === 429 ? quietMs : intervalMs;
    if (response.ok) done += 1;
    else if (response.status !== 429) throw new Error(`a search by itself: ${response.status}`);
  }
  return (performance.now() - began) / calls;
}

function ask(url: string, body: unknown, agent: Agent): Promise<Answer> {
  const payload = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const outgoing = request(url, { method: 'POST', agent, headers });
    outgoing.once('error', reject);
    outgoing.once('response', async (response) => {
      const text = (await response.setEncoding('utf8').toArray()).join('');
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    outgoing.end(payload);
  });
}
