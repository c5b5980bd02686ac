import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pinned } from './processes.ts';
import { markdown, type Table } from './table.ts';

/** The tables with what is to be known to read them. */
export function resultsDocument(tables: readonly Table[]): string {
  return `# Results of the bench

${tables.map(section).join('\n')}
## How to read it

${reading}

## Where it was measured

${circumstances()
  .map((line) => `- ${line}`)
  .join('\n')}
`;
}

/** The document with this table anew; all else as it was. */
export function withTable(document: string, table: Table): string {
  const start = document.indexOf(`### ${table.title}\n`);
  const end = document.indexOf('\n##', start + 1);
  if (start === -1 || end === -1) throw new Error(`RESULTS.md has no table "${table.title}": run the whole bench`);
  return document.slice(0, start) + section(table) + document.slice(end);
}

/** Each says when it was measured, since it may be measured alone. */
function section(table: Table): string {
  const when = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `${markdown(table)}\nCommand: \`${command()}\`, ${when} UTC, commit ${commit()}.\n`;
}

const reading = `\
A burst is of independent callers, as the steps of bots are: both client libraries can send many entities in one call to a
caller who has them all, but neither was made to share calls between callers, and amocrm-js has no limiter, so its rows
show what is left to whoever uses it. What counts as done is what the sandbox holds afterwards, not what a client was
told; where a row says "scaled", a part of the burst was made at a steady pace and its time multiplied. The ratio to the
limit is taken against full calls of 50 at seven a second; the service is a fresh process that has rested after its start.
The latency of an
idle create is taken against an amoCRM that answers at once, so its ratio is the worst there can be and the milliseconds
are what matters; what p99 adds is the difference of two p99s. Creates per second are without amoCRM's limit: they say how
much of a core the limit leaves idle, not what an account takes in. The CPU with many waiting is that of the gate alone, on
a clock that jumps: part of its growth is the price of the memory that waiting takes, which the last of these rows shows
for steps with a deadline and no gate, and the rest is the gate's own. A crowd comes to an account that the service has read
before; what each user would take is a search made by itself at a steady pace, times the calls of one who shares none; the CPU
of a find is that of a process which has met some crowds, the rows above it meet a fresh one. Three replicas, or the one
process, share both cores with the sandbox and the load, and with a PostgreSQL that writes to the disk; journals are
measured on a core of their own. Counts (lost, duplicated, calls, 429s) are the same on any machine, give or take a call;
times and rates belong to this one. Each table can be measured alone: \`npm run bench -- --only replicas\`.`;

function circumstances(): string[] {
  const [cpu] = cpus();
  const pinning = pinned
    ? 'pinned with taskset: the measured process on core 0, the sandbox and the load on core 1'
    : 'not pinned to cores: taskset or a second core is missing';
  return [
    `Machine: ${cpus().length} cores, ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory; ${pinning}`,
    `Versions: Node ${process.version}, ${packages()}`,
    'Sandbox: `src/sandbox`, one process for the whole run; in bursts and crowds 7 requests/s, its block after ten 429s in ten seconds on, 60 ms for a call and 2 ms for an item; elsewhere no limit and no latency',
  ];
}

function command(): string {
  const options = process.argv.slice(2);
  if (process.env.npm_lifecycle_event !== 'bench') return ['node test/bench/run.ts', ...options].join(' ');
  return ['npm run bench', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');
}

function commit(): string {
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty=+changes'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return stdout?.trim() || 'unknown';
}

function packages(): string {
  const versions = ['fastify', 'ky', 'amocrm-js', '@shevernitskiy/amo'].map((name) => `${name} ${versionOf(name)}`);
  return versions.join(', ');
}

/** From what is installed: the peers beside this file, the rest with the service. */
function versionOf(name: string): string {
  for (const directory of ['.', '../..']) {
    try {
      const file = join(import.meta.dirname, directory, 'node_modules', name, 'package.json');
      return JSON.parse(readFileSync(file, 'utf8')).version;
    } catch {}
  }
  return 'unknown';
}
