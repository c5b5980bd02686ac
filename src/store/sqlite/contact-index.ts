import { createHmac, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type {
  ContactIndex,
  Difference,
  HeldValue,
  IndexedContact,
  PutOptions,
} from '../../amocrm/contact-directory/contact-index.ts';
import { emptyState, parseState } from '../../amocrm/contact-directory/directory-state.ts';
import { checkOf } from '../../schemas/check.ts';

/** The tables of version 1; a file of another version is made anew. */
export const schema = `
  CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE contacts (id INTEGER PRIMARY KEY, updated_at INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
  CREATE TABLE "values" (
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (kind, hash, contact_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX values_by_contact ON "values" (contact_id)`;

const contactRow = checkOf(Type.Object({ updated_at: Type.Integer(), seen: Type.Integer() }));
const idRow = checkOf(Type.Object({ id: Type.Integer() }));

/** The tables of an open database, whose file has this name. */
export function createContactTables(database: DatabaseSync, file: string): Omit<ContactIndex, 'renew'> {
  const statements = prepareAll(database);
  const key = keyOf(statements);
  let lastStamp = Math.max(Number(statements.lastSeen.get()?.seen ?? 0), state().scan?.stamp ?? 0);

  function state() {
    const saved = statements.getState.get('state')?.value;
    return saved instanceof Uint8Array ? parseState(new TextDecoder().decode(saved)) : emptyState;
  }

  /** Pseudonymous, not anonymous: whoever has the file has the key, and can try all phone numbers. */
  function hashOf({ text }: HeldValue): bigint {
    return createHmac('sha256', key).update(text).digest().readBigInt64BE(0);
  }

  function within<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function putOne(contact: IndexedContact, { stamp, settledBefore, isPart = false }: PutOptions): Difference[] {
    const { id, updatedAt, values } = contact;
    const found = statements.getContact.get(id);
    const known = found === undefined ? undefined : contactRow.parse(found);
    const isOlder = known !== undefined && known.seen > stamp;
    const isSettled = settledBefore !== undefined && updatedAt < settledBefore;
    if (isSettled && !isOlder && known?.updated_at === updatedAt) {
      statements.putContact.run(id, updatedAt, stamp);
      return [];
    }
    const isWhole = !isPart && !isOlder;
    const isChanged = putValues(id, values, isWhole);
    if (!isOlder) statements.putContact.run(id, isWhole && isSettled ? updatedAt : 0, stamp);
    if (known === undefined) return [{ contact, what: 'missing' }];
    return isChanged ? [{ contact, what: 'changed' }] : [];
  }

  function putValues(id: number, values: readonly HeldValue[], isWhole: boolean): boolean {
    const held = new Map(statements.getValues.all(id).map(({ kind, hash }) => [`${kind} ${hash}`, { kind, hash }]));
    let isChanged = false;
    for (const value of values) {
      const hash = hashOf(value);
      const isHeld = held.delete(`${value.kind} ${hash}`);
      if (!isHeld) isChanged = statements.putValue.run(value.kind, hash, id).changes === 1 || isChanged;
    }
    if (!isWhole) return isChanged;
    for (const { kind = null, hash = null } of held.values()) statements.dropValue.run(kind, hash, id);
    return isChanged || held.size > 0;
  }

  return {
    find: (value, most) => statements.find.all(value.kind, hashOf(value), most).map((row) => idRow.parse(row).id),
    stamp() {
      lastStamp += 1;
      return lastStamp;
    },
    put: (contacts, options) => within(() => contacts.flatMap((contact) => putOne(contact, options))),
    drop: (id, stamp) =>
      within(() => {
        if (statements.dropContact.run(id, stamp).changes === 1) statements.dropValues.run(id);
      }),
    unseen: (stamp, after, most) => statements.unseen.all(stamp, after, most).map((row) => idRow.parse(row).id),
    state,
    save: (next) => void statements.putState.run('state', new TextEncoder().encode(JSON.stringify(next))),
    size: () => ({
      contacts: Number(statements.count.get()?.contacts),
      bytes: [file, `${file}-wal`].reduce(
        (sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0),
        0,
      ),
    }),
    close() {
      if (database.isOpen) database.close();
    },
  };
}

/** The key of this installation, made at the first use. */
function keyOf({ getState, putState }: ReturnType<typeof prepareAll>): Uint8Array {
  const saved = getState.get('key')?.value;
  if (saved instanceof Uint8Array) return saved;
  const made = randomBytes(32);
  putState.run('key', made);
  return made;
}

function prepareAll(database: DatabaseSync) {
  const getValues = database.prepare('SELECT kind, hash FROM "values" WHERE contact_id = ?');
  // A hash takes 64 bits, more than a number has.
  getValues.setReadBigInts(true);
  return {
    getValues,
    getState: database.prepare('SELECT value FROM state WHERE name = ?'),
    putState: database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)'),
    lastSeen: database.prepare('SELECT max(seen) AS seen FROM contacts'),
    count: database.prepare('SELECT count(*) AS contacts FROM contacts'),
    getContact: database.prepare('SELECT updated_at, seen FROM contacts WHERE id = ?'),
    putContact: database.prepare('INSERT OR REPLACE INTO contacts VALUES (?, ?, ?)'),
    dropContact: database.prepare('DELETE FROM contacts WHERE id = ? AND seen <= ?'),
    putValue: database.prepare('INSERT OR IGNORE INTO "values" VALUES (?, ?, ?)'),
    dropValue: database.prepare('DELETE FROM "values" WHERE kind = ? AND hash = ? AND contact_id = ?'),
    dropValues: database.prepare('DELETE FROM "values" WHERE contact_id = ?'),
    find: database.prepare(
      'SELECT contact_id AS id FROM "values" WHERE kind = ? AND hash = ? ORDER BY contact_id LIMIT ?',
    ),
    unseen: database.prepare('SELECT id FROM contacts WHERE seen < ? AND id > ? ORDER BY id LIMIT ?'),
  };
}
