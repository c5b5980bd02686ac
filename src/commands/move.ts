import { parseArgs } from 'node:util';
import { useEnvFile } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { parseSecretKeys } from '../config/secret-keys.ts';
import { readSecret } from '../config/secrets.ts';
import { SettingError } from '../config/setting-error.ts';
import { move } from '../store/move/move.ts';
import { openDatabaseToMove } from '../store/postgres/move-end.ts';
import { createSecretBox } from '../store/secret-box.ts';
import { openFileToMove } from '../store/sqlite/move-end.ts';
import { StoreError } from '../store/store-error.ts';

const usage =
  'say where to: npm run move -- --to postgres, or --to sqlite; DATA_DIR names the data directory, DATABASE_URL the ' +
  'database, SECRET_KEY what seals the secrets in both';

try {
  await run();
} catch (error) {
  if (!(error instanceof SettingError || error instanceof StoreError)) throw error;
  process.stderr.write(`Not moved: ${error.message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  useEnvFile();
  const isToPostgres = readDirection() === 'postgres';
  const settings = readEnvironment(process.env);
  const [url, keys] = [readSecret(settings, 'DATABASE_URL')?.text, readSecret(settings, 'SECRET_KEY')?.text];
  if (url === undefined || keys === undefined) throw new SettingError(usage);
  const box = createSecretBox(parseSecretKeys(keys));
  const file = await openFileToMove(settings.DATA_DIR, box, !isToPostgres);
  try {
    const database = await openDatabaseToMove(url, box);
    try {
      const [source, target] = isToPostgres ? [file, database] : [database, file];
      await move(source, target, (table, rows) => print(`${table}: ${rows}`));
    } finally {
      await database.close();
    }
  } finally {
    await file.close();
  }
  const next = isToPostgres ? 'with DATABASE_URL' : 'without DATABASE_URL';
  print(
    `Moved, and read back the same. Start the service ${next}, and never again from what was copied: it is left as it was.`,
  );
  print('The contact directory is not moved: it fills again from amoCRM where DATA_DIR has none.');
}

function readDirection(): 'postgres' | 'sqlite' {
  const to = readArguments();
  if (to === 'postgres' || to === 'sqlite') return to;
  throw new SettingError(usage);
}

function readArguments(): string | undefined {
  try {
    return parseArgs({ options: { to: { type: 'string' } } }).values.to;
  } catch {
    throw new SettingError(usage);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
