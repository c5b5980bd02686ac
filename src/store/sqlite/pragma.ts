import type { DatabaseSync } from 'node:sqlite';

/** Reads a pragma of the database, e.g. `page_count`. */
export function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}
