import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { useEnvFile } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { readSecret } from '../config/secrets.ts';
import { commandMessages } from '../messages/commands.ts';
import { storeMessages } from '../messages/store.ts';
import { backUpJournal } from '../store/sqlite/backup.ts';
import { isOwnFile } from '../store/sqlite/data-directory.ts';
import { unusable } from '../store/sqlite/unusable.ts';
import { terminalLanguage } from '../terminal.ts';
import { Refusal, refuse } from './refusal.ts';

try {
  await run();
} catch (error) {
  refuse('backup', error);
}

async function run(): Promise<void> {
  useEnvFile();
  const [target, ...more] = process.argv.slice(2);
  if (target === undefined || target.startsWith('-') || more.length > 0) throw new Refusal(commandMessages.backupUsage);
  const settings = readEnvironment(process.env);
  if (readSecret(settings, 'DATABASE_URL') !== undefined) throw new Refusal(commandMessages.inDatabase);
  const { DATA_DIR: directory } = settings;
  const journal = join(directory, 'journal.db');
  if (!existsSync(journal)) throw unusable(directory, storeMessages.noJournal);
  if (isOwnFile(target)) throw new Refusal(commandMessages.ownFile(target));
  const pages = await copy(directory, journal, target);
  process.stdout.write(`${commandMessages.copied(journal, target, pages)[terminalLanguage()]}\n`);
}

async function copy(directory: string, journal: string, target: string): Promise<number> {
  try {
    return await backUpJournal(directory, target);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal(commandMessages.notCopied(journal, target, error.message), { cause: error });
  }
}
