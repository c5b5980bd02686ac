import { runOutage } from './outage.ts';

/** A long outage with many kills: `node test/jobs/long.ts [jobs] [kills] [seed]`. */
const [jobs = '10000', kills = '10', given = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const seed = Number(given);
const half = Math.ceil(Number(kills) / 2);
const closing: (() => Promise<unknown>)[] = [];
const report = await runOutage(
  { teardown: (close) => void closing.unshift(close) },
  { seed, jobs: Number(jobs), killsAway: half, killsBack: Number(kills) - half },
);
for (const close of closing) await close();
const { faults, ...figures } = report;
process.stdout.write(`seed ${seed}: ${JSON.stringify(figures)}\n`);
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
