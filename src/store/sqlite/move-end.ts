import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Type } from 'typebox';
import { settingsAccount } from '../../config/account-settings.ts';
import { storeMessages } from '../../messages/store.ts';
import { checkOf } from '../../schemas/check.ts';
import type { KeptBreaker, MoveEnd } from '../move/end.ts';
import { inGroups } from '../move/groups.ts';
import { type MovedTable, movedTables, type Row } from '../move/tables.ts';
import type { SecretBox } from '../secret-box.ts';
import { StoreError } from '../store-error.ts';
import { breakerFile, readBreaker, writeBreaker } from './breaker.ts';
import { makeDirectory } from './data-directory.ts';
import { lockDirectory } from './directory-lock.ts';
import { openSealed } from './open.ts';
import { unusable } from './unusable.ts';

const cell = checkOf(Type.Union([Type.String(), Type.Number(), Type.Null()]));
const idRow = checkOf(Type.Object({ id: Type.String() }));
const anyBreaker = /^breaker(-.*)?\.json$/;

/** Opens the file of a data directory for a move, and locks the directory. Throws StoreError and SettingError. */
export async function openFileToMove(directory: string, box: SecretBox, isTarget: boolean): Promise<MoveEnd> {
  const file = join(directory, 'journal.db');
  if (!isTarget && !existsSync(file)) throw unusable(directory, storeMessages.noJournal);
  makeDirectory(directory);
  const unlock = await lockDirectory(directory, join(directory, 'lock.db'), 0);
  try {
    return createEnd(directory, openSealed(file, box), unlock);
  } catch (error) {
    unlock();
    throw isSqlite(error) ? unusable(directory, storeMessages.badJournal, error) : error;
  }
}

function createEnd(directory: string, database: DatabaseSync, unlock: () => void): MoveEnd {
  database.exec('BEGIN IMMEDIATE');

  /** The file that keeps the breaker of an account. */
  function fileOf({ id, isListed }: Pick<KeptBreaker, 'id' | 'isListed'>): string {
    return breakerFile(directory, isListed ? id : undefined);
  }

  function listBreakers(): KeptBreaker[] {
    const listed = database.prepare('SELECT id FROM accounts').all();
    const ids = listed.map((row) => ({ id: idRow.parse(row).id, isListed: true }));
    // The account of the settings has an id too; its file counts where no listed account has that id.
    const isFree = ids.every(({ id }) => id !== settingsAccount);
    const all = isFree ? [{ id: settingsAccount, isListed: false }, ...ids] : ids;
    return all.flatMap((whose) => {
      const saved = readAny(fileOf(whose));
      return saved === undefined
        ? []
        : [{ ...whose, address: saved.account, state: saved.state, probeAt: saved.probeAt }];
    });
  }

  return {
    async requireEmpty() {
      for (const { name } of movedTables) {
        if (database.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined) continue;
        throw unusable(directory, storeMessages.hasJournal(name));
      }
    },
    async *read(table) {
      yield* inGroups(rowsIn(database, table), sizeOf);
    },
    async write({ name, columns }: MovedTable, rows) {
      const names = Object.keys(columns);
      const insertion = `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      const statement = database.prepare(insertion);
      refusing(directory, () => {
        for (const row of rows) statement.run(...row.map(inputOf));
      });
    },
    breakers: async () => listBreakers(),
    async keepBreakers(breakers) {
      refusing(directory, () => {
        for (const file of readdirSync(directory)) if (anyBreaker.test(file)) rmSync(join(directory, file));
        for (const { address: account, state, probeAt, ...whose } of breakers) {
          writeBreaker(fileOf(whose), { account, state, probeAt });
        }
      });
    },
    async commit() {
      refusing(directory, () => database.exec('COMMIT'));
    },
    async close() {
      // Closing it undoes what was not committed.
      database.close();
      unlock();
    },
  };
}

function* rowsIn(database: DatabaseSync, { name, columns }: MovedTable): Generator<Row> {
  const kinds = Object.entries(columns);
  const names = Object.keys(columns).join(', ');
  for (const row of database.prepare(`SELECT ${names} FROM ${name}`).iterate()) {
    yield kinds.map(([column, kind]) => {
      const value = cell.parse(row[column]);
      return kind === 'boolean' ? value === 1 : value;
    });
  }
}

/** Bytes of its texts. */
function sizeOf(row: Row): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0), 0);
}

/** One that cannot be read is ignored, as it is when the service starts. */
function readAny(file: string): ReturnType<typeof readBreaker> {
  try {
    return readBreaker(file);
  } catch {
    return undefined;
  }
}

function inputOf(value: Row[number]): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

function refusing(directory: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw unusable(directory, storeMessages.noRoom, error);
    throw error;
  }
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && !(error instanceof StoreError) && 'errcode' in error;
}
