import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Order, prefix, type Report } from './contenders/contender.ts';
import { runToEnd } from './processes.ts';
import { type BenchSandbox, lifelike } from './sandbox.ts';
import { startService } from './services.ts';
import { count, duration, type Table, times } from './table.ts';

interface Contender {
  name: string;
  script: string;
  /** Sends no more than the limit allows and one entity in a call, so that a part of the work shows the time of all. */
  paced: boolean;
}

/** A little more than the service rests after its start. */
const restedMs = 1_500;
/** Entities in a call, and calls a second: what amoCRM's limits make of a burst at the best. */
const batchSize = 50;
const callsPerSecond = 7;

const ours: Contender = { name: 'amocrm-steps, over HTTP', script: 'our-service', paced: false };
const others: Contender[] = [
  { name: 'amocrm-js', script: 'amocrm-js', paced: false },
  { name: '@shevernitskiy/amo', script: 'shevernitskiy-amo', paced: true },
  { name: 'one call per entity, paced', script: 'paced-loop', paced: true },
];

export interface BurstPlan {
  sizes: number[];
  /** Creates of a burst that a paced contender makes at most; its time is scaled. */
  pacedAtMost: number;
}

interface Result {
  contender: Contender;
  asked: number;
  ok: number;
  lost: number;
  duplicated: number;
  calls: number;
  tooMany: number;
  ms: number;
  remarks: string[];
}

/** Bursts of concurrent creates under amoCRM's limit, judged by what the sandbox holds afterwards. */
export async function measureBursts(sandbox: BenchSandbox, { sizes, pacedAtMost }: BurstPlan): Promise<Table> {
  const rows: string[][] = [];
  for (const size of sizes) {
    const own = await burst(sandbox, ours, size);
    rows.push(rowOf(size, own, own));
    for (const contender of others) {
      const asked = contender.paced ? Math.min(size, pacedAtMost) : size;
      rows.push(rowOf(size, await burst(sandbox, contender, asked), own));
    }
  }
  const numbers = [
    'ok',
    'lost',
    'duplicated',
    'upstream calls',
    '429s',
    'time',
    'ratio to ours',
    'ratio to the limit',
    'remarks',
  ];
  return {
    title: 'Bursts of concurrent creates, 7 requests/s',
    head: ['burst', 'who', ...numbers],
    rows,
  };
}

async function burst(sandbox: BenchSandbox, contender: Contender, asked: number): Promise<Result> {
  await sandbox.reset(lifelike);
  // A fresh process each time: the sandbox's ids begin anew, and no contender is warmer than another.
  const service = contender === ours ? await startService(sandbox) : undefined;
  // What it waits after its start, for the sake of the process before it, is no part of a burst.
  if (service !== undefined) await sleep(restedMs);
  // Seven a second at worst, and time to spare.
  const limitMs = 20_000 + asked * 160;
  const order: Order = { url: service?.address ?? sandbox.address, token: sandbox.token, count: asked, limitMs };
  const script = `test/bench/contenders/${contender.script}.ts`;
  // The service is measured and its callers are load; a client library is measured itself.
  const core = contender === ours ? 'load' : 'measured';
  const { result, complaint } = await runToEnd(core, script, [JSON.stringify(order)], limitMs + 10_000);
  await service?.stop();
  return judge(sandbox, contender, asked, isReport(result) ? result : undefined, complaint);
}

function isReport(result: unknown): result is Report {
  return typeof result === 'object' && result !== null && 'answers' in result;
}

/** The sandbox's store is the truth; the client's word is compared with it. */
async function judge(
  sandbox: BenchSandbox,
  contender: Contender,
  asked: number,
  report: Report | undefined,
  complaint: string,
): Promise<Result> {
  const { contacts, settings } = await sandbox.state();
  const { next: calls, requests } = await sandbox.requests();
  const stored = Map.groupBy(
    contacts.filter(({ name }) => name.startsWith(prefix)),
    ({ name }) => name,
  );
  const answers = report?.answers ?? [];
  const ok = answers.filter(({ name, id }) => stored.get(name)?.length === 1 && stored.get(name)?.[0]?.id === id);
  const unsaid = answers.filter(({ name, error }) => error !== undefined && stored.has(name));
  const pretended = answers.filter(({ name, error }) => error === undefined && !stored.has(name));
  const remarks = [
    ...(report === undefined ? [`crashed: ${complaint}`] : []),
    ...(settings.banned ? ['the sandbox blocked the account'] : []),
    ...(unsaid.length > 0 ? [`${unsaid.length} stored but reported as failed`] : []),
    ...(pretended.length > 0 ? [`${pretended.length} reported as done but absent`] : []),
    ...(stored.size < asked && report !== undefined ? [`callers got: ${mostFrequent(answers)}`] : []),
  ];
  return {
    contender,
    asked,
    ok: ok.length,
    lost: asked - stored.size,
    duplicated: [...stored.values()].filter((twins) => twins.length > 1).length,
    calls,
    tooMany: requests.filter(({ status }) => status === 429).length,
    ms: report?.ms ?? Number.NaN,
    remarks,
  };
}

function mostFrequent(answers: readonly Answer[]): string {
  const errors = Map.groupBy(answers, ({ error }) => error);
  errors.delete(undefined);
  const [most] = [...errors].sort(([, a], [, b]) => b.length - a.length);
  return most?.[0]?.replaceAll(/\s+/g, ' ').slice(0, 60) ?? 'nothing';
}

/** Against full calls at seven a second. What fits into one second says nothing. */
function toLimit(size: number, ms: number): string {
  const seconds = Math.ceil(size / batchSize) / callsPerSecond;
  return seconds > 1 ? times(ms / 1000 / seconds) : '';
}

function rowOf(size: number, result: Result, own: Result): string[] {
  const { contender, asked, ok, lost, duplicated, calls, tooMany, ms, remarks } = result;
  const scale = size / asked;
  const part = scale === 1 ? '' : ` of ${asked}`;
  const time = scale === 1 ? duration(ms) : `${duration(ms)} for ${asked}, scaled ${duration(ms * scale)}`;
  const ratio =
    lost === 0 && duplicated === 0
      ? `${times((ms * scale) / own.ms)} the time, ${times((calls * scale) / own.calls)} the calls`
      : 'none: work left undone';
  return [
    count(size),
    contender.name,
    `${count(ok)}${part}`,
    count(lost),
    count(duplicated),
    count(calls),
    count(tooMany),
    time,
    result === own ? '1' : ratio,
    result === own ? toLimit(size, ms) : '',
    remarks.join('; '),
  ];
}
