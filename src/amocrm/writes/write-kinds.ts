import type { WriteBody, WriteMethod } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';

/** A call that writes, as it goes out. */
export interface WriteCall {
  method: WriteMethod;
  path: string;
  /** The items, or the one object at a path of its own; absent where the method needs none. */
  body?: WriteBody[] | WriteBody;
}

/** How amoCRM takes the writes of a list, as data. */
export interface WriteKind {
  method: WriteMethod;
  /**
   * What tells the items of an answer apart: the `request_id` that was sent, the id, or what `keyOf` gives. `only`: there
   * is but one. `path`: there is one, which the path names.
   */
  answeredBy: 'request_id' | 'id' | 'key' | 'only' | 'path';
  /**
   * What is done with an item whose fate is unknown. `look`: it is looked for among the newest, or among what is new in a
   * dictionary, since sending it again could make a second one. `read again`: the entity or its links are read, and what
   * is left to do is sent. `ask`: its proof tells whether it has been done. `send again`: doing it twice is doing it once.
   * `give up`: it stays unknown.
   */
  inDoubt: 'look' | 'read again' | 'ask' | 'send again' | 'give up';
  /** Whether a 204 means that all items are done. */
  isDoneBy204: boolean;
  /** Whether the answer that nothing is there, for an item in doubt, means that an earlier call has done it. */
  isDoneByAbsence: boolean;
  /** Whether it shares its call with no other. */
  isAlone: boolean;
  /** Two items of one key never go out in one call. */
  keyOf?(body: WriteBody): unknown;
}

const row = (kind: Pick<WriteKind, 'method' | 'answeredBy' | 'inDoubt'> & Partial<WriteKind>): WriteKind => ({
  isDoneBy204: false,
  isDoneByAbsence: false,
  isAlone: false,
  ...kind,
});

const keyOfLink = ({ entity_id, to_entity_type, to_entity_id }: WriteBody) =>
  `${entity_id} ${to_entity_type} ${to_entity_id}`;

/** Source: developers' reference, the methods of each list; see `Collection.posts`. */
const kinds = {
  create: row({ method: 'POST', answeredBy: 'request_id', inDoubt: 'look' }),
  update: row({ method: 'PATCH', answeredBy: 'id', inDoubt: 'read again', keyOf: ({ id }) => id }),
  // A name that exists already answers with its id.
  upsert: row({ method: 'POST', answeredBy: 'request_id', inDoubt: 'send again', keyOf: ({ name }) => name }),
  // No item tells when or by whom it was made, so it is told from those that were there when it was sent, alone.
  dictionary: row({ method: 'POST', answeredBy: 'only', inDoubt: 'look', isAlone: true }),
  link: row({ method: 'POST', answeredBy: 'key', inDoubt: 'read again', keyOf: keyOfLink }),
  // Whether amoCRM refuses to unlink what is not linked is not documented.
  unlink: row({
    method: 'POST',
    answeredBy: 'key',
    inDoubt: 'read again',
    isDoneBy204: true,
    keyOf: keyOfLink,
  }),
} satisfies Record<string, WriteKind>;

/** The kind of a write of this method; one at a path of its own may have a proof. */
export function kindOfWrite(method: WriteMethod, { posts, own }: Collection, proof?: unknown): WriteKind {
  if (own === undefined) return method === 'PATCH' ? kinds.update : kinds[posts ?? 'create'];
  return row({
    method,
    answeredBy: 'path',
    inDoubt: own.inDoubt ?? (proof === undefined ? 'send again' : 'ask'),
    isDoneBy204: true,
    isDoneByAbsence: method === 'DELETE',
    isAlone: true,
  });
}

/** The call that writes these items. */
export function callOf(
  { method, answeredBy }: WriteKind,
  { path, own }: Collection,
  items: readonly WriteBody[],
): WriteCall {
  const call = { method, path: `/api/v4/${path}` };
  if (own !== undefined) return { ...call, ...bodyAlone(items, own.inList) };
  const isNumbered = answeredBy === 'request_id' || answeredBy === 'id';
  const requestId = (index: number) => (isNumbered ? { request_id: String(index) } : {});
  return { ...call, body: items.map((item, index) => ({ ...item, ...requestId(index) })) };
}

/** amoCRM refuses an object without keys, and some methods need none. */
function bodyAlone([item = {}]: readonly WriteBody[], inList = false): Pick<WriteCall, 'body'> {
  if (Object.keys(item).length === 0) return {};
  return { body: inList ? [item] : item };
}
