import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is measured runs on the first core; the sandbox and the load share the second. Several that are measured together run where they can. */
export type Core = 'measured' | 'load' | 'any';
const cores: Record<Core, string> = { measured: '0', load: '1', any: '0,1' };

/** Whether processes are held on their cores. */
export const pinned = availableParallelism() > 1 && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;

export interface Start {
  script: string;
  core: Core;
  /** Node's own. */
  flags?: string[];
  env?: Record<string, string>;
  args?: string[];
  /** Found in the output when the process is ready; the first group is its address. */
  ready: RegExp;
  /** Whether it answers for what it uses. */
  metered?: boolean;
}

/** What a process has used so far. */
export interface Usage {
  /** CPU time in microseconds, all threads. */
  cpu: number;
  /** Resident memory in bytes. */
  rss: number;
}

export interface Running {
  address: string;
  /** From the start of the process until it was ready. */
  readyMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const startLimitMs = 20_000;
const running = new Set<ChildProcess>();
/** Where processes write and stand: a field map or settings of this checkout must not slip in. */
const directory = mkdtempSync(join(tmpdir(), 'amocrm-steps-bench-'));
let started = 0;

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts a program of this checkout, e.g. `src/server.js`, with no settings but those given. */
export async function start({
  script,
  core,
  flags = [],
  env = {},
  args = [],
  ready,
  metered = true,
}: Start): Promise<Running> {
  started += 1;
  const log = join(directory, `${started}.log`);
  const output = openSync(log, 'w');
  const meter = metered ? ['--import', pathOf('test/bench/meter.js')] : [];
  const began = performance.now();
  const child = spawnPinned(core, [...flags, ...meter, pathOf(script), ...args], {
    env: { DATA_DIR: join(directory, `${started}`), PORT: '0', ...env },
    // A file, because a pipe would make the load's process read what the measured one logs.
    stdio: ['ignore', output, output, ...(metered ? (['ipc'] as const) : [])],
  });
  closeSync(output);
  const found = await seen(log, ready, child);
  const readyMs = performance.now() - began;
  return {
    address: found,
    readyMs,
    async usage() {
      child.send('usage');
      const [usage]: Usage[] = await once(child, 'message');
      if (usage === undefined) throw new Error(`${script} does not say what it uses`);
      return usage;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function seen(log: string, ready: RegExp, child: ChildProcess): Promise<string> {
  for (const end = performance.now() + startLimitMs; performance.now() < end; ) {
    const text = readFileSync(log, 'utf8');
    const address = ready.exec(text)?.[1];
    if (address !== undefined) return address;
    if (child.exitCode !== null) throw new Error(`a process ended before it was ready: ${text}`);
    await sleep(2);
  }
  throw new Error('a process was not ready in time');
}

export interface Ended {
  /** Standard output as JSON; undefined when it is none. */
  result: unknown;
  /** The last line of standard error, or what ended the process. */
  complaint: string;
}

/** Runs a script of the bench to its end, which comes after `limitMs` at the latest. */
export async function runToEnd(core: Core, script: string, args: string[], limitMs: number): Promise<Ended> {
  const child = spawnPinned(core, [pathOf(script), ...args], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const ended = once(child, 'exit');
  const [output = '', errors = ''] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const [code, signal]: unknown[] = await ended;
  clearTimeout(timer);
  return { result: parsed(output), complaint: lastLine(errors) ?? `ended with ${code ?? signal}` };
}

async function textOf(stream: Readable | null): Promise<string | undefined> {
  const chunks = await stream?.setEncoding('utf8').toArray();
  return chunks?.join('');
}

function spawnPinned(core: Core, args: string[], options: Parameters<typeof spawn>[2]): ChildProcess {
  const command = [process.execPath, ...args];
  const [program = '', ...rest] = pinned ? ['taskset', '-c', cores[core], ...command] : command;
  const env = { PATH: process.env.PATH, ...options.env };
  const child = spawn(program, rest, { cwd: directory, ...options, env });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Holds this process, all its threads, on a core. */
export function pinSelf(core: Core): void {
  if (pinned) spawnSync('taskset', ['-a', '-c', '-p', cores[core], String(process.pid)]);
}

function pathOf(script: string): string {
  return join(import.meta.dirname, '../..', script);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A process that was killed or crashed; its complaint says which.
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
