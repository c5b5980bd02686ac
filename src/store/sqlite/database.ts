import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { makeOwn } from './data-directory.ts';
import { migrations } from './migrations.ts';
import { pragma } from './pragma.ts';

/** Milliseconds for a process that has let go of the directory and is closing the file. */
const openWaitMs = 5_000;
/** What a start may read or rewrite as a whole: a fraction of a second. */
const smallBytes = 64 * 1024 * 1024;

/**
 * Opens the journal's file, made for its owner alone, and brings it up to date. A commit is on the disk when it
 * returns: write-ahead log with `synchronous = FULL`. What is deleted is overwritten. Throws on a damaged file and on one
 * of a newer version.
 */
export function openDatabase(file: string): DatabaseSync {
  // SQLite removes its log at a good end.
  const isLeftOpen = existsSync(`${file}-wal`);
  makeOwn(file);
  const database = new DatabaseSync(file, { timeout: openWaitMs });
  try {
    database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    if (isLeftOpen || statSync(file).size <= smallBytes) check(database);
    migrate(database);
    makeShrinkable(database);
    // From now on nobody else writes, and a wait would hold up everything.
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
 * A file of an older release can give space back only once it has been rewritten, which takes as long as it holds much: while
 * it does, that waits for a later start, and free pages are used again.
 */
function makeShrinkable(database: DatabaseSync): void {
  if (pragma(database, 'auto_vacuum') !== 0) return;
  const [pages, free, pageBytes] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    Number(pragma(database, name)),
  );
  if (((pages ?? 0) - (free ?? 0)) * (pageBytes ?? 0) > smallBytes) return;
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
}
