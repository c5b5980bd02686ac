import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../fixtures/postgres-server.ts';
import { codes, operations, propertiesOf } from './document.ts';

/**
 * `node test/contract/coverage.ts tap` runs all tests and tells which parts of the OpenAPI document none of them met: an
 * operation that never succeeded, a param that was never in a request that succeeded, a code that never came back. Ends
 * with tap's status, or with 1 where something is missing. Some of the tests alone (`tap test/config.test.ts`) need not
 * meet everything.
 */
const wanted: Record<string, string[]> = {
  operation: operations.map(({ name }) => name),
  param: operations.flatMap(({ name, body = {}, parameters }) =>
    [...propertiesOf(body), ...parameters.filter(isOfOperation)].map((param) => `${name} ${param.name}`),
  ),
  code: [...codes],
};

const [command = '', ...args] = process.argv.slice(2);
const memory = '/dev/shm';
const leastBytes = 1024 ** 3;
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/tests');
process.env.TMPDIR ??= temporary();
// One server for all tests; where some of them run alone each file starts its own.
const server = args.length > 0 || process.env.TEST_DATABASE_URL !== undefined ? undefined : await startPostgres();
const directory = mkdtempSync(join(tmpdir(), 'contract-'));
const { status } = spawnSync(command, args, {
  stdio: 'inherit',
  env: {
    // Each file is a process: what one has compiled the others need not.
    NODE_COMPILE_CACHE: compileCache,
    ...process.env,
    CONTRACT_COVERAGE: directory,
    ...(server && { TEST_DATABASE_URL: server.url }),
  },
});
await server?.stop();
const met = readMet();
rmSync(directory, { recursive: true });
const missing = args.length > 0 ? [] : Object.keys(wanted).flatMap(report);
const faults = met.filter((line) => line.startsWith('fault '));
for (const line of [...missing, ...faults]) print(line);
process.exitCode = status === 0 && missing.length + faults.length > 0 ? 1 : (status ?? 1);

/** The language is chosen in one place for all operations, and every failure that a test meets is held against both. */
function isOfOperation({ name }: { name: string }): boolean {
  return name !== 'Accept-Language';
}

/** Where there is room in memory: a third of the time of most tests is a disk that confirms what they write. */
function temporary(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    accessSync(memory, constants.W_OK);
    return bavail * bsize > leastBytes ? memory : tmpdir();
  } catch {
    return tmpdir(); // Not every system has it.
  }
}

/** Tells how many of a kind were met; gives the others. */
function report(kind: string): string[] {
  const names = wanted[kind] ?? [];
  const absent = names.filter((name) => !met.includes(`${kind} ${name}`));
  print(`contract: ${names.length - absent.length} of ${names.length} ${kind}s met`);
  return absent.map((name) => `not met: ${kind} ${name}`);
}

function readMet(): string[] {
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  const lines = files.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  return [...new Set(lines.map((line) => JSON.parse(line)).map(({ kind, name }) => `${kind} ${name}`))];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
