import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { migrations } from './migrations.ts';

/** Milliseconds for a process that has let go of the directory and is closing the file. */
const openWaitMs = 5_000;

/**
 * Opens the journal's file, made for its owner alone, and brings it up to date. A commit is on the disk when it
 * returns: write-ahead log with `synchronous = FULL`. Throws on a damaged file and on one of a newer version.
 */
export function openDatabase(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file, { timeout: openWaitMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const found = pragma(database, 'quick_check');
    if (found !== 'ok') throw new Error(`the file is damaged: ${String(found).replaceAll(/\s+/g, ' ')}`);
    migrate(database);
    // From now on nobody else writes, and a wait would hold up everything.
    database.exec('PRAGMA busy_timeout = 0');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(pragma(database, 'user_version'));
  if (version > migrations.length) throw new Error(`a newer release has written it, version ${version}`);
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}
