import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ContactIndex } from '../../amocrm/contact-directory/contact-index.ts';
import { createContactTables, schema } from './contact-index.ts';
import { makeOwn } from './data-directory.ts';
import { pragma } from './pragma.ts';

const version = 1;
const mib = 1024 * 1024;

export interface ContactIndexOptions {
  file: string;
  /** The address of the account: an index of another one is made anew. */
  account: string;
  /** Bytes that a start may read and compare completely: a fraction of a second. A larger file is compared in parts. */
  smallBytes?: number;
  /** Told why a file could not be used. */
  onUnusable(reason: string): void;
}

/** The file of the data directory that holds the contact index of an account of the table, or of that of the settings. */
export function contactIndexFile(directory: string, id?: string): string {
  return join(directory, id === undefined ? 'directory.db' : `directory-${id}.db`);
}

/**
 * Opens a contact index, readable by its owner only. It is a cache: a file that is
 * damaged, of another account or of another release is made anew. Throws where that is not possible either.
 */
export function openContactIndex({
  file,
  account,
  onUnusable,
  smallBytes = 8 * mib,
}: ContactIndexOptions): ContactIndex {
  let tables = openOrMake();

  function openOrMake() {
    try {
      return open();
    } catch (error) {
      onUnusable(error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error));
      return make();
    }
  }

  function open() {
    const database = openDatabase(file);
    try {
      const isSmall = statSync(file).size <= smallBytes;
      check(database, isSmall);
      const found = database.prepare("SELECT value FROM state WHERE name = 'account'").get()?.value;
      if (found instanceof Uint8Array && new TextDecoder().decode(found) !== account)
        throw new Error('of another account');
      database.prepare("INSERT OR IGNORE INTO state VALUES ('account', ?)").run(new TextEncoder().encode(account));
      return createContactTables(database, file, isSmall);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  function make() {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true, recursive: true });
    return open();
  }

  return {
    find: (...given) => tables.find(...given),
    stamp: () => tables.stamp(),
    put: (...given) => tables.put(...given),
    drop: (...given) => tables.drop(...given),
    unseen: (...given) => tables.unseen(...given),
    check: () => tables.check(),
    state: () => tables.state(),
    save: (...given) => tables.save(...given),
    size: () => tables.size(),
    renew() {
      tables.close();
      tables = make();
    },
    close: () => tables.close(),
  };
}

function openDatabase(file: string): DatabaseSync {
  makeOwn(file);
  const database = new DatabaseSync(file);
  try {
    // What is lost with the machine is found again by the next catch-up, so no commit waits for the disk.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function check(database: DatabaseSync, isSmall: boolean): void {
  const found = pragma(database, 'user_version');
  if (found === 0) {
    database.exec(`BEGIN; ${schema}; PRAGMA user_version = ${version}; COMMIT`);
    return;
  }
  if (found !== version) throw new Error(`of another release, version ${found}`);
  if (!isSmall) return;
  // Not the quick one: each value stands twice, in its table and by its contact, and this compares the two.
  const state = pragma(database, 'integrity_check');
  if (state !== 'ok') throw new Error(`damaged: ${String(state)}`);
}
