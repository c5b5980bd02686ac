import type { WriteBody } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';

/** A call that writes, as it goes out. */
export interface WriteCall {
  method: WriteKind['method'];
  path: string;
  body: WriteBody[];
}

/** How amoCRM takes the writes of a list, as data. */
export interface WriteKind {
  method: 'POST' | 'PATCH';
  /** What tells the items of an answer apart: the `request_id` that was sent, the id, or what `keyOf` gives. */
  answeredBy: 'request_id' | 'id' | 'key';
  /**
   * What is done with an item whose fate is unknown. `look`: it is looked for among the newest, since sending it again
   * could make a second one. `read again`: the entity is read, and what is left to do is sent. `send again`: doing it
   * twice is doing it once.
   */
  inDoubt: 'look' | 'read again' | 'send again';
  /** Whether a 204 means that all items are done. */
  isDoneBy204: boolean;
  /** Whether a refusal of what may have been done already means that it has been done. */
  isDoneByRefusal: boolean;
  /** Two items of one key never go out in one call. */
  keyOf?(body: WriteBody): unknown;
}

const row = (kind: Pick<WriteKind, 'method' | 'answeredBy' | 'inDoubt'> & Partial<WriteKind>): WriteKind => ({
  isDoneBy204: false,
  isDoneByRefusal: false,
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
  link: row({ method: 'POST', answeredBy: 'key', inDoubt: 'send again', keyOf: keyOfLink }),
  // Whether amoCRM refuses to unlink what is not linked is not documented.
  unlink: row({
    method: 'POST',
    answeredBy: 'key',
    inDoubt: 'send again',
    isDoneBy204: true,
    isDoneByRefusal: true,
    keyOf: keyOfLink,
  }),
} satisfies Record<string, WriteKind>;

/** The kind of a write of this method to the list. */
export function kindOfWrite(method: 'POST' | 'PATCH', { posts }: Collection): WriteKind {
  return method === 'PATCH' ? kinds.update : kinds[posts ?? 'create'];
}

/** The call that writes these items. */
export function callOf(
  { method, answeredBy }: WriteKind,
  { path }: Collection,
  items: readonly WriteBody[],
): WriteCall {
  const requestId = (index: number) => (answeredBy === 'key' ? {} : { request_id: String(index) });
  return {
    method,
    path: `/api/v4/${path}`,
    body: items.map((item, index) => ({ ...item, ...requestId(index) })),
  };
}
