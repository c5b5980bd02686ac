import { type Static, Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';

/** A walk over all contacts: the first one fills the index, later ones mend it. */
const Scan = Type.Object({
  kind: Type.Enum(['fill', 'mend']),
  /** The stamp of its beginning: what it has seen has a higher one. */
  stamp: Type.Integer(),
  /** When it began, unix seconds by amoCRM's clock. */
  startedAt: Type.Integer(),
  /** Ids of the custom fields that there were then. */
  fields: Type.Array(Type.Integer()),
  /** The last contact that it has read, and where that stood in the list, counted from 0. */
  lastId: Type.Integer(),
  place: Type.Integer(),
});
export type Scan = Static<typeof Scan>;

export const DirectoryState = Type.Object({
  /** The account that the contacts belong to; unknown until the first one is read. */
  accountId: Type.Optional(Type.Integer()),
  /** Whether every contact has been read. */
  isComplete: Type.Boolean(),
  /** Ids of the custom fields whose values it has for all contacts. */
  fields: Type.Array(Type.Integer()),
  /**
   * All changes before it are known: when the last finished catch-up (before the first one: the fill) began, or how far a
   * long one has come; unix seconds by amoCRM's clock.
   */
  caughtUpAt: Type.Integer(),
  /** The highest id up to which a walk in the order of ids has met all. */
  topId: Type.Integer(),
  /** When the last finished scan began, unix seconds by amoCRM's clock. */
  scannedAt: Type.Integer(),
  scan: Type.Optional(Scan),
});
export type DirectoryState = Static<typeof DirectoryState>;

const state = checkOf(DirectoryState);

/** The state of an index that holds nothing. */
export const emptyState: DirectoryState = {
  isComplete: false,
  fields: [],
  caughtUpAt: 0,
  topId: 0,
  scannedAt: 0,
};

/** Throws an Error where the text is no state. */
export function parseState(text: string): DirectoryState {
  return state.parse(JSON.parse(text));
}
