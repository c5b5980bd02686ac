import type { DatabaseSync } from 'node:sqlite';

export type ContactStatements = ReturnType<typeof prepareContacts>;

/** The statements of a contact index. */
export function prepareContacts(database: DatabaseSync) {
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
    lastOf: database.prepare('SELECT max(id) AS last FROM (SELECT id FROM contacts WHERE id > ? ORDER BY id LIMIT ?)'),
    // Each value stands twice, by its contact and in the table that finds ask, whose index has the name that SQLite gives.
    lostBetween: database.prepare(
      `SELECT count(*) AS "values" FROM "values" AS held INDEXED BY values_by_contact
       WHERE contact_id > ? AND contact_id <= ? AND NOT EXISTS (
         SELECT 1 FROM "values" AS found INDEXED BY sqlite_autoindex_values_1
         WHERE found.kind = held.kind AND found.hash = held.hash AND found.contact_id = held.contact_id
       )`,
    ),
    unseen: database.prepare('SELECT id FROM contacts WHERE seen < ? AND id > ? ORDER BY id LIMIT ?'),
  };
}
