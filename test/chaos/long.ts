import { parseArgs } from 'node:util';
import { type Report, run } from './run.ts';

/** The long run, e.g. `npm run chaos -- --seeds 4,5,6 --every 5 --keyed`. Exits 1 on any violation. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    creates: { type: 'string', default: '2000' },
    every: { type: 'string', default: '10' },
    batch: { type: 'string', default: '10' },
    keyed: { type: 'boolean', default: false },
  },
});
const sizes = { creates: Number(values.creates), every: Number(values.every), batchSize: Number(values.batch) };

const reports: Report[] = [];
for (const seed of values.seeds.split(',').map(Number)) {
  const report = await run({ seed, ...sizes, isKeyed: values.keyed });
  reports.push(report);
  const { operations, calls, faults, violations, ms } = report;
  const harm = Object.values(faults).reduce((total, each) => total + each, 0);
  say(
    `seed ${seed}: ${operations} operations, ${calls} calls, ${harm} faults, ${ms} ms, ${violations.length} violations`,
  );
  for (const violation of violations) say(`  ${violation}`);
}
printCounts('ended as', ({ codes }) => codes);
printCounts('sent again after', ({ retried }) => retried);
printCounts('calls harmed by', ({ faults }) => faults);
if (reports.some(({ violations }) => violations.length > 0)) process.exitCode = 1;

/** One row for each name, one column for each seed. */
function printCounts(title: string, countsOf: (report: Report) => Record<string, number>): void {
  const names = new Set(reports.flatMap((report) => Object.keys(countsOf(report))));
  say('');
  printRow(title, ({ seed }) => `seed ${seed}`);
  for (const name of [...names].sort()) printRow(name, (report) => countsOf(report)[name] ?? 0);
}

function printRow(name: string, cellOf: (report: Report) => string | number): void {
  say(name.padEnd(34) + reports.map((report) => String(cellOf(report)).padStart(10)).join(''));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
