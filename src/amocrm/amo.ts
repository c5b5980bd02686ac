import type { ContactDirectory } from './contact-directory/contact-directory.ts';
import type { Directories } from './directories/directories.ts';
import type { FieldDirectory } from './fields/directory.ts';
import type { Gate } from './gate.ts';
import type { Cached } from './operation/cached.ts';
import type { Doubts } from './operation/doubts.ts';
import type { IdentityLocks } from './operation/identity-locks.ts';
import type { Locks } from './operation/locks.ts';
import type { Operation } from './operation/operation.ts';
import type { Recent } from './operation/recent.ts';

/** The service layer that all steps of one account share. */
export interface AmoService {
  gate: Gate;
  fields: FieldDirectory;
  /** Names of pipelines, statuses, users and so on. */
  directories: Directories;
  /** Who is known by what, for many finds at once. */
  contactDirectory: ContactDirectory;
  /** The account's time zone, read once. */
  timeZone: Cached<string>;
  /** Whether the account has the paid add-on for filters. */
  filterAddOn: Cached<boolean>;
  /** Ids that were read or written lately, e.g. `contacts 12345`. */
  known: Recent;
  locks: Locks;
  identityLocks: IdentityLocks;
  doubts: Doubts;
}

/** The service layer as one step uses it. */
export interface Amo extends AmoService {
  operation: Operation;
}
