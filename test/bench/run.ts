import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from '../fixtures/options.ts';
import { measureAccounts } from './accounts.ts';
import { measureBursts } from './burst.ts';
import { measureCrowds } from './crowds.ts';
import { measureIdleFinds } from './idle-finds.ts';
import { measureIdleLatency } from './idle-latency.ts';
import { measureJobs } from './jobs.ts';
import { measureMemory } from './memory.ts';
import { pinSelf } from './processes.ts';
import { measureReplicas } from './replicas.ts';
import { resultsDocument, withTable } from './results.ts';
import { type BenchSandbox, startSandbox } from './sandbox.ts';
import { measureStartUp } from './start-up.ts';
import type { Table } from './table.ts';
import { measureThroughput } from './throughput.ts';
import { measureWaitingCost } from './waiting-cost.ts';

const head = ['measure', 'amocrm-steps', 'compared with', 'ratio'];
const tables: Record<string, (sandbox: BenchSandbox) => Promise<Table>> = { bursts, crowds, costs, replicas };
const options = readOptions({
  /** Small counts, under a minute; writes no RESULTS.md. */
  quick: { type: 'boolean', default: false },
  /** Paced contenders make every create of the large burst, which takes five minutes more. */
  full: { type: 'boolean', default: false },
  /** One of the tables alone, e.g. `crowds`; of RESULTS.md all else stays. */
  only: { type: 'string', default: '' },
});
const wanted = options.only === '' ? Object.values(tables) : [tables[options.only] ?? refuse()];

const plan = options.quick
  ? {
      bursts: { sizes: [30, 1000], pacedAtMost: 21 },
      latency: { samples: 100, warmUp: 30 },
      throughput: { creates: 2000, warmUp: 1000, rounds: 1 },
      waiting: { steps: 30_000, rounds: 1 },
      starts: 1,
      memory: { waiting: 2000, heldMs: 5000 },
      jobs: { jobs: 1000 },
      crowds: { contacts: 2000, users: 1000, paced: 20 },
      replicas: { creates: 1000, rounds: 1, steady: 1500, samples: 100, kills: 1 },
    }
  : {
      bursts: { sizes: [30, 1000], pacedAtMost: options.full ? Number.POSITIVE_INFINITY : 70 },
      latency: { samples: 600, warmUp: 200 },
      throughput: { creates: 15_000, warmUp: 3000, rounds: 3 },
      waiting: { steps: 100_000, rounds: 3 },
      starts: 5,
      memory: { waiting: 10_000, heldMs: 30_000 },
      jobs: { jobs: 10_000 },
      crowds: { contacts: 100_000, users: 1000, paced: 70 },
      replicas: { creates: 1000, rounds: 3, steady: 4500, samples: 400, kills: 3 },
    };

const path = join(import.meta.dirname, 'RESULTS.md');
pinSelf('load');
const sandbox = await startSandbox();
const measured: Table[] = [];
for (const measure of wanted) measured.push(await measure(sandbox));
await sandbox.stop();
const document =
  options.only === '' ? resultsDocument(measured) : measured.reduce(withTable, readFileSync(path, 'utf8'));
process.stdout.write(document);
if (!options.quick) writeFileSync(path, document);

function bursts(sandbox: BenchSandbox): Promise<Table> {
  installPeers();
  return told('bursts', () => measureBursts(sandbox, plan.bursts));
}

async function crowds(sandbox: BenchSandbox): Promise<Table> {
  const rows = [
    ...(await told('crowds of finds', () => measureCrowds(sandbox, plan.crowds))),
    ...(await told('idle finds', () => measureIdleFinds(sandbox, plan.latency))),
  ];
  return { title: 'Many who look for contacts at once, 7 requests/s', head, rows };
}

async function costs(sandbox: BenchSandbox): Promise<Table> {
  const rows = [
    ...(await told('idle latency', () => measureIdleLatency(sandbox, plan.latency))),
    ...(await told('throughput', () => measureThroughput(sandbox, plan.throughput))),
    ...(await told('cost with many waiting', () => measureWaitingCost(plan.waiting))),
    ...(await told('jobs', () => measureJobs(sandbox, plan.jobs))),
    ...(await told('accounts', () => measureAccounts(sandbox, plan.latency))),
    ...(await told('start-up', () => measureStartUp(sandbox, plan.starts))),
    ...(await told('memory', () => measureMemory(sandbox, plan.memory))),
  ];
  return { title: 'Cost of the service', head, rows };
}

function replicas(sandbox: BenchSandbox): Promise<Table> {
  return told('replicas', () => measureReplicas(sandbox, plan.replicas));
}

function refuse(): never {
  throw new Error(`--only takes one of ${Object.keys(tables).join(', ')}, not "${options.only}"`);
}

/** The clients to compare with are no dependencies of the service; they are fetched when they are first needed. */
function installPeers(): void {
  if (existsSync(join(import.meta.dirname, 'node_modules/amocrm-js'))) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', import.meta.dirname], { stdio: ['ignore', 2, 2] });
  if (status !== 0)
    throw new Error('the clients to compare with cannot be installed: npm ci --prefix test/bench fails');
}

async function told<T>(what: string, measure: () => Promise<T>): Promise<T> {
  const began = performance.now();
  process.stderr.write(`${what} …`);
  const result = await measure();
  process.stderr.write(` ${Math.round((performance.now() - began) / 1000)} s\n`);
  return result;
}
