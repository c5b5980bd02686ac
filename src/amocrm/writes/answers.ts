import { Type } from 'typebox';
import type { Written } from '../../problems/document.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Outcome } from '../client/client.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { type Collection, listOf } from '../shapes/collection.ts';
import type { Lane, PendingWrite } from './lane.ts';

const body = checkOf(
  Type.Object({
    _embedded: Type.Record(
      Type.String(),
      Type.Array(
        Type.Object(
          { id: Type.Integer(), request_id: Type.Optional(Type.Union([Type.String(), Type.Integer()])) },
          { additionalProperties: true },
        ),
      ),
    ),
  }),
);

/** Finds amoCRM's answer for each item that was sent, by what tells the items of the list apart. */
export function answersOf(outcome: Outcome, { kind, collection }: Pick<Lane, 'kind' | 'collection'>) {
  const { answeredBy, keyOf } = kind;
  if (answeredBy === 'path') return (item: PendingWrite) => answerAlone(outcome, item, collection);
  if (answeredBy === 'key') {
    const confirmed = new Set(embeddedOf(outcome, collection).map((item) => keyOf?.(item)));
    return (item: PendingWrite) => (confirmed.has(keyOf?.(item.draft.body)) ? bareAnswer(item, collection) : undefined);
  }
  if (collection.merges === true) {
    const byRequest = mergedItems(outcome);
    return (_item: PendingWrite, index: number) => byRequest.get(String(index));
  }
  const { byRequest, byId } = answeredItems(outcome, collection);
  if (answeredBy === 'only') return () => (byId.size === 1 ? byId.values().next().value : undefined);
  return (item: PendingWrite, index: number) =>
    answeredBy === 'id' ? byId.get(Number(item.draft.body.id)) : byRequest.get(String(index));
}

/** The answer of a write where amoCRM gives none of its own: what was changed. */
export function bareAnswer({ draft: { body } }: Pick<PendingWrite, 'draft'>, { own }: Collection): WriteAnswer {
  return { id: own?.id ?? Number(body.id ?? body.entity_id) };
}

const oneThing = checkOf(Type.Record(Type.String(), Type.Unknown()));
const identified = checkOf(Type.Object({ id: Type.Union([Type.Integer(), Type.String()]) }));

/** amoCRM answers a write at a path of its own with the thing itself, or with nothing. */
function answerAlone(outcome: Outcome, item: PendingWrite, collection: Collection): WriteAnswer {
  const bare = bareAnswer(item, collection);
  if (outcome.kind !== 'json' || !oneThing.accepts(outcome.body)) return bare;
  const { request_id: _, ...thing } = outcome.body;
  return { ...thing, id: identified.accepts(thing) && isSound(thing.id) ? thing.id : bare.id };
}

const anyBody = checkOf(
  Type.Object({
    _embedded: Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Type.Unknown()))),
  }),
);

function embeddedOf(outcome: Outcome, { list }: Collection): Record<string, unknown>[] {
  return outcome.kind === 'json' && anyBody.accepts(outcome.body) ? (outcome.body._embedded[list] ?? []) : [];
}

/**
 * The items of a write's answer, by the `request_id` that was sent and by id; the echoed `request_id` itself is left
 * out. Ambiguous items are left out: a `request_id` or an id that comes twice, an impossible id.
 */
export function answeredItems(outcome: Outcome, { list }: Collection) {
  const items = outcome.kind === 'json' && body.accepts(outcome.body) ? (outcome.body._embedded[list] ?? []) : [];
  const sound = items.filter(({ id }) => isSound(id));
  const byId = onlyOnce(sound, ({ id }) => id);
  const byRequest = onlyOnce([...byId.values()], ({ request_id }) =>
    request_id === undefined ? '' : String(request_id),
  );
  return { byId: withoutEcho(byId), byRequest: withoutEcho(byRequest) };
}

function isSound(id: number | string): boolean {
  return typeof id === 'string' ? id !== '' : id > 0 && Number.isSafeInteger(id);
}

function onlyOnce<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T> {
  const groups = [...Map.groupBy(items, keyOf)];
  return new Map(
    groups.flatMap(([key, [item, ...others]]) => (item === undefined || others.length > 0 ? [] : [[key, item]])),
  );
}

function withoutEcho<K>(items: Map<K, WriteAnswer>): Map<K, WriteAnswer> {
  return new Map([...items].map(([key, { request_id: _, ...item }]) => [key, item]));
}

const RequestId = Type.Union([Type.String(), Type.Integer()]);
const bareList = checkOf(
  Type.Array(
    Type.Object(
      { id: Type.Integer(), merged: Type.Optional(Type.Boolean()), request_id: Type.Array(RequestId) },
      { additionalProperties: true },
    ),
  ),
);

/**
 * The items of a bare list by the `request_id`s that they name; one with several was made of several that were sent, so
 * it is `merged` for all of them. Left out is what is ambiguous: a `request_id` that comes twice, an impossible id, an id
 * of several that were not merged.
 */
function mergedItems(outcome: Outcome): Map<string, WriteAnswer> {
  const items = outcome.kind === 'json' && bareList.accepts(outcome.body) ? outcome.body : [];
  const sound = items
    .filter(({ id }) => id > 0 && Number.isSafeInteger(id))
    .map((item) => ({ ...item, merged: item.merged === true || item.request_id.length > 1 }));
  const [merged, own] = [sound.filter((item) => item.merged), sound.filter((item) => !item.merged)];
  const named = [...merged, ...onlyOnce(own, ({ id }) => id).values()].flatMap(({ request_id, ...answer }) =>
    request_id.map((name) => ({ name: String(name), answer })),
  );
  return new Map([...onlyOnce(named, ({ name }) => name)].map(([name, { answer }]) => [name, answer]));
}

/** How a write to the list at this path appears in the caller's `written`. */
export function writtenOf(path: string, { id }: WriteAnswer): Written {
  return { entity_type: listOf(path), id };
}
