import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
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
import { type DirectoryState, emptyState, parseState } from '../../amocrm/contact-directory/directory-state.ts';
import { checkOf } from '../../schemas/check.ts';
import { type ContactStatements, prepareContacts } from './contact-statements.ts';

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

/** Contacts whose values are checked in one go: a few milliseconds. */
const checkedAtOnce = 500;

const contactRow = checkOf(Type.Object({ updated_at: Type.Integer(), seen: Type.Integer() }));
const idRow = checkOf(Type.Object({ id: Type.Integer() }));

/** The tables of an open database, which is in this file; `isSound`: its contents are known to be consistent. */
export function createContactTables(database: DatabaseSync, file: string, isSound = true): Omit<ContactIndex, 'renew'> {
  const statements = prepareContacts(database);
  // As a key object: from bytes it would be made anew for each value, which takes five times as long as the hash.
  const key = createSecretKey(keyOf(statements));
  let state = savedState(statements);
  let lastStamp = Math.max(Number(statements.lastSeen.get()?.seen ?? 0), state.scan?.stamp ?? 0);
  let contacts = Number(statements.count.get()?.contacts);
  let checkedTo = isSound ? undefined : 0;

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

  function putOne(contact: IndexedContact, { stamp, settledBefore, addsOnly = false }: PutOptions): Difference[] {
    const { id, updatedAt, values } = contact;
    const found = statements.getContact.get(id);
    const known = found === undefined ? undefined : contactRow.parse(found);
    const isOlder = known !== undefined && known.seen > stamp;
    const isSettled = settledBefore !== undefined && updatedAt < settledBefore;
    if (isSettled && !isOlder && known?.updated_at === updatedAt) {
      statements.putContact.run(id, updatedAt, stamp);
      return [];
    }
    const { added, others } = addValues(id, values);
    const isRemoving = !addsOnly && !isOlder;
    if (isRemoving) for (const { kind = null, hash = null } of others) statements.dropValue.run(kind, hash, id);
    const isOutdated = others.length > 0 && !isRemoving;
    if (!isOlder) statements.putContact.run(id, isSettled && !isOutdated ? updatedAt : 0, stamp);
    if (known === undefined) contacts += 1;
    if (known !== undefined && added + others.length === 0) return [];
    return [{ contact, what: known === undefined ? 'missing' : 'changed', isOutdated: isOutdated && !isOlder }];
  }

  /** How many values were added, and which others the table has for the contact. */
  function addValues(id: number, values: readonly HeldValue[]) {
    const others = new Map(statements.getValues.all(id).map(({ kind, hash }) => [`${kind} ${hash}`, { kind, hash }]));
    let added = 0;
    for (const value of values) {
      const hash = hashOf(value);
      const isHeld = others.delete(`${value.kind} ${hash}`);
      if (!isHeld) added += Number(statements.putValue.run(value.kind, hash, id).changes);
    }
    return { added, others: [...others.values()] };
  }

  return {
    find: (value, most) => statements.find.all(value.kind, hashOf(value), most).map((row) => idRow.parse(row).id),
    stamp() {
      lastStamp += 1;
      return lastStamp;
    },
    put: (given, options) => within(() => given.flatMap((contact) => putOne(contact, options))),
    drop: (id, stamp) =>
      within(() => {
        if (statements.dropContact.run(id, stamp).changes === 0) return;
        statements.dropValues.run(id);
        contacts -= 1;
      }),
    unseen: (stamp, after, most) => statements.unseen.all(stamp, after, most).map((row) => idRow.parse(row).id),
    check() {
      if (checkedTo === undefined) return true;
      const { last } = statements.lastOf.get(checkedTo, checkedAtOnce) ?? {};
      if (typeof last === 'number') {
        const lost = statements.lostBetween.get(checkedTo, last)?.values;
        if (lost !== 0) throw new Error(`damaged: ${lost} values lead to nobody`);
      }
      checkedTo = typeof last === 'number' ? last : undefined;
      return checkedTo === undefined;
    },
    state: () => state,
    save(next) {
      statements.putState.run('state', new TextEncoder().encode(JSON.stringify(next)));
      state = next;
    },
    size: () => ({
      contacts,
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

function savedState({ getState }: ContactStatements): DirectoryState {
  const saved = getState.get('state')?.value;
  return saved instanceof Uint8Array ? parseState(new TextDecoder().decode(saved)) : emptyState;
}

/** The key of this installation, made at the first use. */
function keyOf({ getState, putState }: ContactStatements): Uint8Array {
  const saved = getState.get('key')?.value;
  if (saved instanceof Uint8Array) return saved;
  const made = randomBytes(32);
  putState.run('key', made);
  return made;
}
