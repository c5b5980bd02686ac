import { parseArgs } from 'node:util';
import { useEnvFile } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { parseSecretKeys } from '../config/secret-keys.ts';
import { readSecret } from '../config/secrets.ts';
import { commandMessages } from '../messages/commands.ts';
import { joined } from '../messages/message.ts';
import { move } from '../store/move/move.ts';
import { openDatabaseToMove } from '../store/postgres/move-end.ts';
import { createSecretBox } from '../store/secret-box.ts';
import { openFileToMove } from '../store/sqlite/move-end.ts';
import { terminalLanguage } from '../terminal.ts';
import { Refusal, refuse } from './refusal.ts';

try {
  await run();
} catch (error) {
  refuse('move', error);
}

async function run(): Promise<void> {
  useEnvFile();
  const isToPostgres = readDirection() === 'postgres';
  const settings = readEnvironment(process.env);
  const [url, keys] = [readSecret(settings, 'DATABASE_URL')?.text, readSecret(settings, 'SECRET_KEY')?.text];
  if (url === undefined || keys === undefined) {
    const due = [
      url === undefined ? [commandMessages.databaseDue] : [],
      keys === undefined ? [commandMessages.secretKeyDue] : [],
    ];
    throw new Refusal(commandMessages.settingsDue(joined(due.flat(), '; '), 'replicas'));
  }
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
  const { movedToPostgres, movedToSqlite, contactsStay } = commandMessages;
  print((isToPostgres ? movedToPostgres : movedToSqlite)[terminalLanguage()]);
  print(contactsStay[terminalLanguage()]);
}

function readDirection(): 'postgres' | 'sqlite' {
  const to = readArguments();
  if (to === 'postgres' || to === 'sqlite') return to;
  throw new Refusal(commandMessages.moveUsage);
}

function readArguments(): string | undefined {
  try {
    return parseArgs({ options: { to: { type: 'string' } } }).values.to;
  } catch {
    throw new Refusal(commandMessages.moveUsage);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
