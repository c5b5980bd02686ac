import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problem } from '../errors.ts';
import type { Call } from './call.ts';
import type { Client, Ending } from './client.ts';
import type { Draft } from './draft.ts';
import { problemOfEnding } from './endings.ts';
import type { Pacer } from './pacer.ts';
import { legacyProblem, problemOfRejection, readRejection } from './rejection.ts';

/** One entity or note to create, or one entity to update. */
export interface Write {
  /** POST creates, PATCH updates (the draft's body then has the `id`). */
  method: 'POST' | 'PATCH';
  /** The list that it belongs to, e.g. `contacts` or `leads/notes`. */
  collection: string;
  draft: Draft;
}

/** amoCRM's answer for one written item. */
export interface Answered {
  id: number;
  [key: string]: unknown;
}

const written = Compile(
  Type.Object({
    _embedded: Type.Record(
      Type.String(),
      Type.Array(Type.Object({ id: Type.Integer() }, { additionalProperties: true })),
    ),
  }),
);

/**
 * Carries writes out. Until its turn comes a write can be taken back; once it is on the wire only its own time-out ends
 * it, because a write that is cut short may still have happened.
 */
export function createWriter(client: Client, pacer: Pacer) {
  return async function write({ method, collection, draft }: Write, call: Call): Promise<Answered> {
    const release = await pacer.acquire(call.signal);
    const item = method === 'POST' ? { ...draft.body, request_id: '0' } : draft.body;
    const ending = await client({ method, path: `/api/v4/${collection}`, body: [item] }).finally(release);
    const answered = answeredItem(ending, collection);
    if (answered === undefined) throw failure(ending, draft);
    call.written.push({ entity_type: collection.split('/').at(-1) ?? collection, id: answered.id });
    return answered;
  };
}

function answeredItem(ending: Ending, collection: string): Answered | undefined {
  if (ending.kind !== 'json' || ending.status >= 300 || !written.Check(ending.body)) return undefined;
  return ending.body._embedded[collection.split('/').at(-1) ?? '']?.[0];
}

function failure(ending: Ending, draft: Draft): Problem {
  const errors = readRejection(ending)?.get('0') ?? readRejection(ending)?.values().next().value;
  if (errors !== undefined) return problemOfRejection(errors, draft);
  return legacyProblem(ending) ?? problemOfEnding(ending, 'write');
}
