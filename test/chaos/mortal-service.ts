import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { compileCache } from '../fixtures/compile-cache.ts';
import type { Posting } from './postings.ts';

export interface MortalService {
  kill(): Promise<void>;
  start(): void;
  /** Resolves when the process of this moment listens, or has died before. */
  listening(): Promise<unknown>;
  /** The answer's status and body; undefined where there was none. */
  post(posting: Posting): Promise<{ status: number; body: ReturnType<typeof JSON.parse> } | undefined>;
}

/** The service in a process of its own that can be killed and started again; each start asks for its settings. */
export function createMortalService(script: string, settings: () => Record<string, string>): MortalService {
  let child: ChildProcess;
  let address: Promise<string>;
  start();
  process.once('exit', () => child.kill('SIGKILL'));

  function start(): void {
    child = spawn(process.execPath, [script], {
      env: { PORT: '0', ...compileCache, ...settings() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = addressOf(child);
  }

  return {
    start,
    listening: () => address,
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async post({ key, url, payload }) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const request = { method: 'POST', headers, body: JSON.stringify(payload) };
      try {
        const response = await fetch(`${await address}${url}`, request);
        return { status: response.status, body: await response.json() };
      } catch {
        return undefined; // It was killed meanwhile, or does not listen yet.
      }
    },
  };
}

/** Where the service listens, by its own line; a dead address if it dies before. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface(child.stdout)) {
    const { msg, address } = JSON.parse(line);
    if (msg !== 'listening') continue;
    child.stdout.resume();
    return address;
  }
  return 'http://127.0.0.1:1';
}
