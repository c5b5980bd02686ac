import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, Report } from './contenders/contender.ts';
import { phoneOf } from './crowd-account.ts';
import { runToEnd } from './processes.ts';
import { type BenchSandbox, lifelike } from './sandbox.ts';
import { count, duration, times } from './table.ts';

const quietMs = 1_200;
const libraries = [
  { name: 'amocrm-js', script: 'amocrm-js', paced: false },
  { name: '@shevernitskiy/amo', script: 'shevernitskiy-amo', paced: true },
];

/** The same finds by client libraries, a search each; what sends no faster than the limit does a part, and is scaled. */
export async function measureLibraryFinds(
  sandbox: BenchSandbox,
  { users, paced, ourMs }: { users: number; paced: number; ourMs: number },
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const library of libraries) {
    const asked = library.paced ? Math.min(paced, users) : users;
    const queries = Array.from({ length: asked }, (_, index) => phoneOf(index).slice(1));
    const limitMs = 20_000 + asked * 160;
    const order: Order = { url: sandbox.address, token: sandbox.token, count: asked, queries, limitMs };
    const script = `test/bench/contenders/${library.script}.ts`;
    // What calls before it still take of the limit.
    await sleep(quietMs);
    const { next } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
    const { result, complaint } = await runToEnd('measured', script, [JSON.stringify(order)], limitMs + 10_000);
    const { requests } = await sandbox.requests(next);
    const blocked = requests.filter(({ status }) => status === 403).length;
    await sandbox.set({ ...lifelike, banned: false });
    rows.push(rowOf(library.name, { users, asked, ourMs, blocked }, reportOf(result, complaint)));
  }
  return rows;
}

function reportOf(result: unknown, complaint: string): Report {
  if (typeof result === 'object' && result !== null && 'answers' in result) return Object(result);
  throw new Error(`a client library has not searched: ${complaint}`);
}

function rowOf(
  name: string,
  { users, asked, ourMs, blocked }: { users: number; asked: number; ourMs: number; blocked: number },
  { ms, answers }: Report,
): string[] {
  const found = answers.filter(({ id }) => id !== undefined).length;
  const allMs = (ms * users) / asked;
  const time = asked === users ? duration(ms) : `${duration(ms)}, so ${duration(allMs)} for all`;
  return [
    `${count(users)} at once: the same find by ${name}, over the phone`,
    duration(ourMs),
    `${count(found)} of ${count(asked)} found in ${time}${blocked === 0 ? '' : `; ${count(blocked)} calls met a blocked account`}`,
    found === asked ? `${times(allMs / ourMs)} as fast` : 'none: work left undone',
  ];
}
