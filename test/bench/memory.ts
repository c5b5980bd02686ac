import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Target, throughProxy, throughService } from './creates.ts';
import { post } from './load.ts';
import type { Running } from './processes.ts';
import { type BenchSandbox, unlimited } from './sandbox.ts';
import { startProxy, startService, startWaiting } from './services.ts';
import { count, figure, times } from './table.ts';

export interface MemoryPlan {
  waiting: number;
  /** What a call takes while creates gather: longer than the gathering, so that none of them is answered meanwhile. */
  heldMs: number;
}

const mebibyte = 1024 * 1024;
/** Connections opened at a time, fewer than a listening socket queues. */
const wave = 200;
/** The process has taken in everything when it has used next to no CPU for so long. */
const quietMs = 500;
const quietShare = 0.02;

/** Resident memory of an idle process, and of the service while so many creates wait for amoCRM. */
export async function measureMemory(sandbox: BenchSandbox, { waiting, heldMs }: MemoryPlan): Promise<string[][]> {
  await sandbox.reset(unlimited);
  const proxy = await startProxy(sandbox);
  const bare = await idle(proxy, throughProxy(proxy.address));
  await proxy.stop();
  const deadlines = { STEP_DEADLINE_MS: '600000', AMO_TIMEOUT_MS: '600000' };
  const service = await startService(sandbox, { ...deadlines, AMO_RATE_LIMIT: '50' });
  const target = throughService(service.address);
  const ours = await idle(service, target);

  await sandbox.set({ latencyMs: heldMs });
  const own = await withWaiting(service, target, waiting, () => sandbox.set({ latencyMs: 0 }));
  await service.stop();
  const plain = await startWaiting();
  const letGo = async () => void (await fetch(`${plain.address}/go`, { method: 'POST' }));
  const least = await withWaiting(plain, throughProxy(plain.address), waiting, letGo);
  await plain.stop();

  return [
    [
      'memory (RSS) after one create, idle',
      megabytes(ours),
      `${megabytes(bare)}: the bare proxy`,
      `${times(ours / bare)} the memory`,
    ],
    [
      `memory (RSS) for each create of ${count(own.held)} that wait`,
      `${kibibytes(own.each)}, ${megabytes(own.rss)} in all; then ${count(own.done)} answered 200`,
      `${kibibytes(least.each)}: a bare Fastify whose requests wait`,
      `${times(own.each / least.each)} the memory`,
    ],
  ];
}

/** Lets so many creates wait, and gives what each of them takes; `letGo` lets them be answered. */
async function withWaiting(process: Running, target: Target, waiting: number, letGo: () => Promise<void>) {
  const agent = new Agent({ keepAlive: true });
  const before = (await process.usage()).rss;
  const answers: Promise<number>[] = [];
  let early = 0;
  while (answers.length < waiting) await Promise.all(Array.from({ length: wave }, () => send()));
  await quiet(process);
  const { rss } = await process.usage();
  const held = waiting - early;
  await letGo();
  const done = (await Promise.all(answers)).filter((status) => status === 200).length;
  agent.destroy();
  return { rss, each: (rss - before) / held, held, done };

  function send(): Promise<void> {
    return new Promise((sent) => {
      const answer = post(target, answers.length, agent, sent);
      answers.push(answer);
      answer.then(() => {
        early += 1;
      });
    });
  }
}

async function idle(process: Running, target: Target): Promise<number> {
  const agent = new Agent();
  const status = await post(target, 0, agent);
  if (status !== 200) throw new Error(`${target.url}: ${status}`);
  await quiet(process);
  return (await process.usage()).rss;
}

async function quiet(process: Running): Promise<void> {
  for (let busy = 1; busy > quietShare; ) {
    const { cpu } = await process.usage();
    await sleep(quietMs);
    busy = ((await process.usage()).cpu - cpu) / (quietMs * 1000);
  }
}

function kibibytes(bytes: number): string {
  return `${figure(bytes / 1024)} KiB`;
}

function megabytes(bytes: number): string {
  return `${figure(bytes / mebibyte)} MiB`;
}
