import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { makeOwn } from './data-directory.ts';
import { migrations } from './migrations.ts';
import { pragma } from './pragma.ts';

/** Milliseconds to wait for a process that has released the directory and is closing the file. */
const openWaitMs = 5_000;
/** Bytes that a start may read or rewrite completely: a fraction of a second. */
const smallBytes = 64 * 1024 * 1024;

/**
 * Opens the journal's file, readable by its owner only, and migrates it. A commit is on disk when it returns:
 * write-ahead log with `synchronous = FULL`. Deleted data is overwritten. Throws on a damaged file and on one of a
 * newer version.
 */
export function openDatabase(file: string): DatabaseSync {
  // SQLite deletes the write-ahead log when it is closed normally.
  const isLeftOpen = existsSync(`${file}-wal`);
  makeOwn(file);
  const database = new DatabaseSync(file, { timeout: openWaitMs });
  try {
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    // A container may have no directory that temporary files can be written to, which migrations need.
    database.exec('PRAGMA temp_store = MEMORY');
    if (isLeftOpen || statSync(file).size <= smallBytes) check(database);
    migrate(database);
    makeShrinkable(database);
    // No other process writes from now on, and waiting would block the event loop.
    database.exec('PRAGMA busy_timeout = 0');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function check(database: DatabaseSync): void {
  const found = pragma(database, 'quick_check');
  if (found !== 'ok') throw new Error(`the file is damaged: ${String(found).replaceAll(/\s+/g, ' ')}`);
}

function migrate(database: DatabaseSync): void {
  const version = Number(pragma(database, 'user_version'));
  if (version > migrations.length) throw new Error(`a newer release has written it, version ${version}`);
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${statements}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/**
 * A file of an older release can release space only after it has been rewritten, which takes long for a large file. A
 * large file is not rewritten at this start; its free pages are used again.
 */
function makeShrinkable(database: DatabaseSync): void {
  if (pragma(database, 'auto_vacuum') !== 0) return;
  const [pages, free, pageBytes] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(pragma(database, name)),
  );
  if (((pages ?? 0) - (free ?? 0)) * (pageBytes ?? 0) > smallBytes) return;
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
}
