import { parseArgs } from 'node:util';
import { type Report, run } from './run.ts';

/** The long run: `npm run chaos -- --seeds 1,2,3 --creates 2000 --every 10 --batch 10 --keyed`. Exits 1 on any violation. */
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
  say(`seed ${seed}: ${operations} operations, ${calls} calls, ${sum(faults)} faults, ${(ms / 1000).toFixed(1)} s, `);
  say(`${violations.length} violations\n`);
  for (const violation of violations) say(`  ${violation}\n`);
}
say(
  table(
    'ended as',
    reports.map(({ codes }) => codes),
  ),
);
say(
  table(
    'met',
    reports.map(({ faults }) => faults),
  ),
);
if (reports.some(({ violations }) => violations.length > 0)) process.exitCode = 1;

/** One row for each name, one column for each seed. */
function table(title: string, columns: readonly Record<string, number>[]): string {
  const names = [...new Set(columns.flatMap(Object.keys))].sort();
  const head = row(
    title,
    reports.map(({ seed }) => `seed ${seed}`),
  );
  return [
    '',
    head,
    ...names.map((name) =>
      row(
        name,
        columns.map((column) => column[name] ?? 0),
      ),
    ),
    '',
  ].join('\n');
}

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(34) + cells.map((cell) => String(cell).padStart(10)).join('');
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

function say(text: string): void {
  process.stdout.write(text);
}
