import type { Clock } from '../clock.ts';
import { largestPage } from '../schemas/largest-page.ts';
import type { AmoService } from './amo.ts';
import { type ClientOptions, createClient } from './client/client.ts';
import { createContactDirectory } from './contact-directory/contact-directory.ts';
import type { ContactIndex } from './contact-directory/contact-index.ts';
import { isIndexed } from './contact-directory/held.ts';
import { noDirectory } from './contact-directory/no-directory.ts';
import { type DirectoryObserver, silentDirectoryObserver } from './contact-directory/observer.ts';
import { createDirectories } from './directories/directories.ts';
import { readTimeZone } from './entities/account/account.ts';
import { readFilterAddOn } from './entities/account/filter-add-on.ts';
import { factsOf } from './entities/call-facts.ts';
import { contacts } from './entities/contacts/collection.ts';
import { createFieldDirectory } from './fields/directory.ts';
import { discover } from './fields/discover.ts';
import type { FieldMap } from './fields/field-map.ts';
import { createGate, type GateOptions } from './gate.ts';
import { createCached } from './operation/cached.ts';
import type { Doubt, DoubtLog } from './operation/doubt-log.ts';
import { createDoubts } from './operation/doubts.ts';
import { createIdentityLocks } from './operation/identity-locks.ts';
import { createLocks } from './operation/locks.ts';
import type { Operation } from './operation/operation.ts';
import { createRecent } from './operation/recent.ts';
import { onceMore } from './reads/once-more.ts';

export interface AmoOptions extends Omit<ClientOptions, 'factsOf'>, Omit<GateOptions, 'client' | 'clock' | 'factsOf'> {
  fieldMap: FieldMap;
  fieldsTtlSeconds: number;
  clock: Clock;
  doubtLog: DoubtLog;
  /** Identities in doubt that earlier processes have left. */
  doubts: readonly Doubt[];
  /** Without it every find of a contact is a search of its own. */
  directory?: DirectoryOptions | undefined;
}

export interface DirectoryOptions {
  index: ContactIndex;
  /** Milliseconds for which a catch-up counts as fresh. */
  freshMs: number;
  /** Contacts on a page at most: amoCRM's own bound. */
  pageSize?: number;
  /** Pages of changes that are much. */
  longPages?: number;
  observer?: DirectoryObserver;
}

const longPages = 16;
const knownForMs = 15 * 60_000;
const maxKnown = 100_000;

/** Creates the service layer. Sends nothing to amoCRM until a step needs it. */
export function createAmoService(options: AmoOptions, client = createClient({ ...options, factsOf })): AmoService {
  const gate = createGate({ ...options, factsOf, client });
  const { clock, timeoutMs } = options;
  const deadlineMs = timeoutMs * 3;
  const serverTime = () => {
    const { earliest, latest } = gate.serverTime();
    return { earliest: earliest * 1000, latest: latest * 1000 };
  };
  const doubts = createDoubts({ log: options.doubtLog, serverTime, clock, timeoutMs });
  for (const doubt of options.doubts) doubts.keep(doubt);
  const lists = { gate, ttlMs: options.fieldsTtlSeconds * 1000, deadlineMs, clock };
  const { directory } = options;
  const readFieldIds = async (operation: Operation) => {
    // Every account has some: phone and e-mail are among them.
    const fields = await onceMore(
      () => discover(gate, 'contacts', operation),
      ({ length }) => length === 0,
    );
    return fields.flatMap(({ id, type }) => (id !== undefined && isIndexed(type) ? [id] : []));
  };
  return {
    gate,
    contactDirectory:
      directory === undefined
        ? noDirectory
        : createContactDirectory({
            ...{ pageSize: largestPage, longPages, observer: silentDirectoryObserver, ...directory },
            ...{ gate, collection: contacts, readFieldIds, clock, rateLimit: options.rateLimit, deadlineMs },
          }),
    fields: createFieldDirectory({ ...lists, map: options.fieldMap }),
    directories: createDirectories(lists),
    timeZone: createCached((operation) => readTimeZone(gate, operation), {
      ttlMs: Number.POSITIVE_INFINITY,
      deadlineMs,
      clock,
    }),
    filterAddOn: createCached((operation) => readFilterAddOn(gate, operation), lists),
    known: createRecent({ max: maxKnown, ms: knownForMs, now: clock.now }),
    locks: createLocks(),
    identityLocks: createIdentityLocks(),
    doubts,
  };
}
