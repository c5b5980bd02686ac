import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codes, operations, propertiesOf } from './document.ts';

/**
 * `node test/contract/coverage.ts tap` runs a command and tells which parts of the OpenAPI document no test met: an
 * operation that never succeeded, a param that was never in a request that succeeded, a code that never came back.
 * Ends with the command's status, or with 1 where something is missing.
 */
const wanted: Record<string, string[]> = {
  operation: operations.map(({ name }) => name),
  param: operations.flatMap(({ name, body = {}, parameters }) =>
    [...propertiesOf(body), ...parameters].map((param) => `${name} ${param.name}`),
  ),
  code: [...codes],
};

const [command = '', ...args] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'contract-'));
const { status } = spawnSync(command, args, {
  stdio: 'inherit',
  env: { ...process.env, CONTRACT_COVERAGE: directory },
});
const met = readMet();
rmSync(directory, { recursive: true });
const missing = Object.entries(wanted).flatMap(([kind, names]) => {
  const absent = names.filter((name) => !met.has(`${kind} ${name}`));
  print(`contract: ${names.length - absent.length} of ${names.length} ${kind}s met`);
  return absent.map((name) => `not met: ${kind} ${name}`);
});
for (const line of missing) print(line);
process.exitCode = status === 0 && missing.length > 0 ? 1 : (status ?? 1);

function readMet(): Set<string> {
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  const lines = files.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  return new Set(lines.map((line) => JSON.parse(line)).map(({ kind, name }) => `${kind} ${name}`));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
