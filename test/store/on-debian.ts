import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../fixtures/postgres-server.ts';

// A program: runs the tests of the store on the PostgreSQL that Debian has installed. Ends with 1 where one fails, with 77 where there is none.
const root = join(import.meta.dirname, '../..');
const tests = 'test/store/postgres/*.test.ts';
const [newest] = globSync('/usr/lib/postgresql/*/bin/postgres').sort().toReversed();

if (newest === undefined) {
  print('Debian has no PostgreSQL here: its tests have run on the one from npm alone.');
  process.exitCode = 77;
} else {
  const installed = join(newest, '../..');
  print(String(spawnSync(newest, ['--version'], { encoding: 'utf8' }).stdout).trim());
  const server = await startPostgres({ installed });
  // As .taprc has it.
  const env = { ...process.env, TAP_TIMEOUT: '300', ...(server && { TEST_DATABASE_URL: server.url }) };
  const files = globSync(tests, { cwd: root }).sort();
  const failed = files.filter((file) => {
    const { status, stdout } = spawnSync(process.execPath, [file], { cwd: root, env, encoding: 'utf8' });
    print(status === 0 ? `ok ${file}` : `${stdout}\nnot ok ${file}`);
    return status !== 0;
  });
  await server?.stop();
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
