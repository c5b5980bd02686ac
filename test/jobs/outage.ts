import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { between, createRandom } from '../chaos/random.ts';
import { type ServiceProcess, startProcess } from '../fixtures/service-process.ts';

export interface OutageOptions {
  seed: number;
  jobs: number;
  /** Kills while amoCRM is away and jobs are accepted, and while they are delivered. */
  killsAway: number;
  killsBack: number;
  /** Whether what was accepted is forgotten once: the negative control. */
  isForgetful?: boolean;
}

export interface OutageReport {
  faults: string[];
  kills: number;
  acceptedIn: number;
  deliveredIn: number;
}

interface Teardown {
  teardown(end: () => Promise<unknown>): void;
}

/** Posts that are on their way at once. */
const senders = 40;
const script = join(import.meta.dirname, '../fixtures/serve-quickly.ts');

/**
 * amoCRM is away while a bot goes on, and the process is killed again and again, then and afterwards. Everything that got a
 * 202 has to be there in the end, once.
 */
export async function runOutage(t: Teardown, options: OutageOptions): Promise<OutageReport> {
  const random = createRandom(options.seed);
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, banAfter: 0, latencyMs: 5 });
  t.teardown(() => sandbox.close());
  const directory = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  let dataDir = join(directory, 'data');
  let kills = 0;
  let service = await start();

  function start(): Promise<ServiceProcess> {
    return startProcess(
      t,
      {
        AMO_BASE_URL: sandbox.url,
        AMO_ACCESS_TOKEN: sandbox.token,
        AMO_RATE_LIMIT: '50',
        AMO_TIMEOUT_MS: '2000',
        JOB_GIVE_UP_HOURS: '168',
        DATA_DIR: dataDir,
      },
      script,
    );
  }

  async function restart(): Promise<void> {
    service.kill('SIGKILL');
    await service.exit;
    kills += 1;
    if (options.isForgetful === true && kills === 1) dataDir = join(directory, 'another');
    service = await start();
  }

  /** Sends again until it is accepted, as a bot does. */
  async function accept(index: number): Promise<void> {
    for (;;) {
      const status = await fetch(
        `${service.address}/steps/${index % 2 === 0 ? 'amocrm_create_contact' : 'amocrm_create_lead'}`,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            prefer: 'respond-async',
            'idempotency-key': `update-${index}`,
          },
          body: JSON.stringify({ params: { name: nameOf(index) } }),
        },
      ).then(
        (response) => response.status,
        () => undefined, // It was killed meanwhile, or does not listen yet.
      );
      if (status === 202) return;
      await sleep(5);
    }
  }

  async function acceptAll(): Promise<void> {
    let next = 0;
    const send = async () => {
      for (let index = next++; index < options.jobs; index = next++) {
        await accept(index);
        accepted += 1;
      }
    };
    await Promise.all(Array.from({ length: senders }, send));
  }

  /** Kills at moments by chance until `isOver`. */
  async function killAlong(most: number, progress: () => number): Promise<void> {
    const moments = Array.from({ length: most }, () => between(random, 1, options.jobs)).sort((a, b) => a - b);
    for (const moment of moments) {
      while (progress() < moment) await sleep(1);
      await restart();
    }
  }

  const made = () =>
    [...sandbox.store.contacts.values(), ...sandbox.store.leads.values()].filter(({ name }) => isOurs(name)).length;
  let accepted = 0;
  sandbox.faults.add({ action: { kind: 'status', status: 502 }, times: Number.POSITIVE_INFINITY });
  const began = performance.now();
  await Promise.all([acceptAll(), killAlong(options.killsAway, () => accepted)]);
  const acceptedAt = performance.now();
  sandbox.faults.clear();
  await killAlong(options.killsBack, made);
  await untilNoneIsOpen(() => service.address);
  const deliveredAt = performance.now();

  const times = new Map<string, number>();
  for (const { name } of [...sandbox.store.contacts.values(), ...sandbox.store.leads.values()]) {
    times.set(String(name), (times.get(String(name)) ?? 0) + 1);
  }
  const faults = Array.from({ length: options.jobs }, (_, index) => nameOf(index)).flatMap((name) => {
    const count = times.get(name) ?? 0;
    return count === 1 ? [] : [`${name} is there ${count} times`];
  });
  const failed = await (await fetch(`${service.address}/jobs?status=failed&limit=5`)).text();
  if (failed !== '{"jobs":[],"has_more":false}') faults.push(failed);
  return { faults, kills, acceptedIn: acceptedAt - began, deliveredIn: deliveredAt - acceptedAt };
}

function nameOf(index: number): string {
  return `Job ${index} `.padEnd(12, '.');
}

function isOurs(name: unknown): boolean {
  return String(name).startsWith('Job ');
}

async function untilNoneIsOpen(address: () => string): Promise<void> {
  for (;;) {
    const open = /^amocrm_steps_jobs_open (\d+)$/m.exec(await (await fetch(`${address()}/metrics`)).text())?.[1];
    if (open === '0') return;
    await sleep(50);
  }
}
