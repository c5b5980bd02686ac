import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { useEnvFile } from '../config/env-file.ts';
import { SettingError } from '../config/setting-error.ts';
import { backUpJournal } from '../store/sqlite/backup.ts';

const [target] = process.argv.slice(2);
const fault = faultOfEnvFile();
const directory = process.env.DATA_DIR ?? './data';
const journal = join(directory, 'journal.db');

if (fault !== undefined) refuse(fault);
else if (target === undefined || target.startsWith('-'))
  refuse('say where to: npm run backup -- <file>; DATA_DIR names the data directory');
else if (!existsSync(journal)) refuse(`DATA_DIR: expected a directory that holds journal.db, not ${directory}`);
else await copyTo(target);

async function copyTo(file: string): Promise<void> {
  try {
    const pages = await backUpJournal(directory, file);
    process.stdout.write(`${journal} copied to ${file}, ${pages} pages\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    refuse(`${journal} to ${file}: ${error.message}`);
  }
}

function faultOfEnvFile(): string | undefined {
  try {
    useEnvFile();
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
}

function refuse(reason: string): void {
  process.stderr.write(`No backup: ${reason}\n`);
  process.exitCode = 1;
}
