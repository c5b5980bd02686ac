import type { DatabaseSync } from 'node:sqlite';
import { type KeyRow, readClaimRow, readKeyRow, readWriteRow, type WriteRow } from '../../journal/rows.ts';
import { createGroupCommit } from './group-commit.ts';
import { createTokenStore, type Integration } from './tokens.ts';

const hourMs = 3_600_000;
const keptMs = 24 * hourMs;
/** Longer than a request lasts, so that none in work loses its rows. */
const sweptMs = keptMs + hourMs;
/** More than amoCRM's newest entities are ever looked through. */
const maxClaims = 100_000;

/** A key of one caller. */
export interface KeyName {
  caller: string;
  key: string;
}

/** What is to become of a key and of those of its writes that have changed. */
export interface Change {
  name: KeyName;
  row: Omit<KeyRow, 'changed_at'>;
  writes: readonly WriteChange[];
}

export interface WriteChange {
  step: number;
  name: string;
  /** undefined where there is to be no row any more. */
  row: Omit<WriteRow, 'caller' | 'key' | 'step' | 'name'> | undefined;
}

export type Store = ReturnType<typeof createStore>;

/** The journal's tables. Reads are immediate, changes are committed in groups. */
export function createStore(database: DatabaseSync, now: () => number) {
  const statements = prepareAll(database);
  const group = createGroupCommit(database);
  const { commit, flush } = group;

  function apply({ name: { caller, key }, row, writes }: Change): void {
    statements.putKey.run(caller, key, row.fingerprint, row.checkpoint, row.response, now());
    for (const { step, name, row: write } of writes) {
      if (write === undefined) statements.dropWrite.run(caller, key, step, name);
      else {
        const { method, collection, body, sent_at, ended_at, answer } = write;
        statements.putWrite.run(caller, key, step, name, method, collection, body, sent_at, ended_at, answer);
      }
    }
  }

  return {
    findKey({ caller, key }: KeyName): KeyRow | undefined {
      const found = statements.findKey.get(caller, key);
      if (found === undefined) return undefined;
      const row = readKeyRow(found);
      if (row.changed_at > now() - keptMs) return row;
      statements.dropKey.run(caller, key);
      return undefined;
    },
    /** In the order in which they were begun. */
    writesOf: ({ caller, key }: KeyName): WriteRow[] => statements.writesOf.all(caller, key).map(readWriteRow),
    openCreates: (): WriteRow[] => statements.openCreates.all().map(readWriteRow),
    /** Ids of creates that are answered, latest last. */
    claims: () => statements.claims.all(maxClaims).map(readClaimRow).reverse(),
    put: (change: Change): Promise<void> => commit(() => apply(change)),
    drop: ({ caller, key }: KeyName): Promise<void> => commit(() => void statements.dropKey.run(caller, key)),
    /** Clears away keys that nothing has happened to for more than a day. */
    expire: (): Promise<void> => commit(() => void statements.expire.run(now() - sweptMs)),
    tokens: (integration: Integration) => createTokenStore(database, group, integration),
    close(): void {
      flush();
      database.close();
    },
  };
}

function prepareAll(database: DatabaseSync) {
  return {
    findKey: database.prepare(
      'SELECT fingerprint, checkpoint, response, changed_at FROM keys WHERE caller = ? AND key = ?',
    ),
    writesOf: database.prepare('SELECT * FROM writes WHERE caller = ? AND key = ? ORDER BY place'),
    openCreates: database.prepare("SELECT * FROM writes WHERE method = 'POST' AND answer IS NULL"),
    claims: database.prepare(
      "SELECT collection, answer ->> '$.id' AS id FROM writes WHERE method = 'POST' AND answer IS NOT NULL " +
        'ORDER BY place DESC LIMIT ?',
    ),
    putKey: database.prepare(
      'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, ' +
        'checkpoint = excluded.checkpoint, response = excluded.response, changed_at = excluded.changed_at',
    ),
    dropKey: database.prepare('DELETE FROM keys WHERE caller = ? AND key = ?'),
    putWrite: database.prepare(
      'INSERT INTO writes (caller, key, step, name, method, collection, body, sent_at, ended_at, answer) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, ' +
        'sent_at = excluded.sent_at, ended_at = excluded.ended_at, answer = excluded.answer',
    ),
    dropWrite: database.prepare('DELETE FROM writes WHERE caller = ? AND key = ? AND step = ? AND name = ?'),
    expire: database.prepare('DELETE FROM keys WHERE changed_at <= ?'),
  };
}
