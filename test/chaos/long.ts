import { join } from 'node:path';
import { readNumber, readOptions } from '../fixtures/options.ts';
import { killReplicas } from './long-replicas.ts';
import { type OrdealReport, undergo } from './ordeal.ts';

/**
 * The long run with the real server and real seconds, then the negative control, within five minutes:
 * `npm run chaos -- --seed 7 --seconds 100 --kills 12 --every 6 --late 14`. Exits 1 unless the one holds and the other fails.
 * `npm run chaos -- --replicas --kills 9`: several replicas instead, whose owner is killed again and again.
 */
const values = readOptions({
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  seconds: { type: 'string', default: '100' },
  replicas: { type: 'boolean', default: false },
  kills: { type: 'string' },
  every: { type: 'string', default: '6' },
  late: { type: 'string', default: '14' },
});
const seed = readNumber('seed', values.seed);
const late = readNumber('late', values.late);
const every = readNumber('every', values.every);
const directory = import.meta.dirname;
// The service that it has started ends with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const hasHeld = values.replicas ? await killReplicas(readNumber('kills', values.kills ?? '9'), say) : await runBoth();
if (values.replicas) say(hasHeld ? 'held' : 'failed');
if (!hasHeld) process.exitCode = 1;

async function runBoth(): Promise<boolean> {
  say(`seed ${seed}`);
  const script = join(directory, '../../src/server.js');
  const real = { seed, script, second: 1000, life: 12, timeout: 3, limitMs: 240_000 };
  const sizes = {
    seconds: readNumber('seconds', values.seconds),
    kills: readNumber('kills', values.kills ?? '12'),
    postings: 10_000,
  };
  const report = await undergo({ ...real, ...sizes, every, late });
  tell(report);
  const quickly = join(directory, '../fixtures/serve-quickly.ts');
  const quick = { seed, script: quickly, second: 50, seconds: 200, kills: 4, life: 14, timeout: 4, limitMs: 50_000 };
  const control = await undergo({ ...quick, postings: 24, every: 0, late: 0, isForgetful: true });
  say(`control, which forgets: ${control.violations.length} violations`);

  const doesHold = report.violations.length === 0;
  const canFail = control.violations.length > 0;
  say(doesHold && canFail ? 'held' : `failed: ${doesHold ? 'the control has found nothing' : 'see the violations'}`);
  return doesHold && canFail;
}

function tell({ violations, harm, answers, ...counts }: OrdealReport): void {
  for (const part of [counts, answers, harm]) say(JSON.stringify(part));
  for (const violation of violations) say(`violation: ${violation}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
