import { DatabaseSync } from 'node:sqlite';
import type { Client } from '../../../src/amocrm/client/client.ts';
import type { ContactIndex } from '../../../src/amocrm/contact-directory/contact-index.ts';
import type { DirectoryObserver } from '../../../src/amocrm/contact-directory/observer.ts';
import type { findContact, findOrCreateContact } from '../../../src/amocrm/entities/contacts/contacts.ts';
import type { updateContact } from '../../../src/amocrm/entities/contacts/update.ts';
import type { createAmoService } from '../../../src/amocrm/service.ts';
import { longLived } from '../../../src/amocrm/wire/token-source.ts';
import type { createContactTables, schema } from '../../../src/store/sqlite/contact-index.ts';
import type { FakeClock } from '../../fixtures/fake-clock.ts';

/** The service as it is, or with a safeguard taken out of its source. */
export interface Program {
  createAmoService: typeof createAmoService;
  findContact: typeof findContact;
  findOrCreateContact: typeof findOrCreateContact;
  updateContact: typeof updateContact;
  createContactTables: typeof createContactTables;
  schema: typeof schema;
}

export interface ModelServiceOptions {
  clock: FakeClock;
  client: Client;
  rateLimit: number;
  index: ContactIndex;
  freshMs: number;
  pageSize: number;
  longPages: number;
  observer: DirectoryObserver;
}

/** The real service layer on a given clock, over a model of amoCRM. */
export function createModelService(
  { createAmoService }: Pick<Program, 'createAmoService'>,
  { clock, client, rateLimit, ...directory }: ModelServiceOptions,
) {
  return createAmoService(
    {
      ...{ baseUrl: 'https://model', timeoutMs: 10_000, clock, rateLimit, batchSize: 50, fieldsTtlSeconds: 900 },
      fieldMap: { own: { contacts: [], leads: [], companies: [] }, ifPresent: [] },
      authorize: longLived(() => 'token'),
      memory: { load: () => undefined, save() {} },
      doubtLog: { async add() {}, remove() {}, recent: async () => [] },
      doubts: [],
      directory,
    },
    client,
  );
}

/** An index that ends with the process. */
export function memoryIndex({
  createContactTables,
  schema,
}: Pick<Program, 'createContactTables' | 'schema'>): ContactIndex {
  const database = new DatabaseSync(':memory:');
  database.exec(schema);
  const renew = () => {
    throw new Error('the index of a model is never lost');
  };
  return { ...createContactTables(database, 'directory.db'), renew };
}
