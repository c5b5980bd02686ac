import { Type } from 'typebox';
import type { Written } from '../../problems/document.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Outcome } from '../client/client.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { type Collection, listOf } from '../shapes/collection.ts';

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

/**
 * The items of a write's answer, by what was sent as `request_id` and by id; the echo itself is left out. What cannot be
 * told apart is no answer: a `request_id` or an id that comes twice, an id that cannot be.
 */
export function answeredItems(outcome: Outcome, { list }: Collection) {
  const items = outcome.kind === 'json' && body.accepts(outcome.body) ? (outcome.body._embedded[list] ?? []) : [];
  const sound = items.filter(({ id }) => id > 0 && Number.isSafeInteger(id));
  const byId = onlyOnce(sound, ({ id }) => id);
  const byRequest = onlyOnce([...byId.values()], ({ request_id }) =>
    request_id === undefined ? '' : String(request_id),
  );
  return { byId: withoutEcho(byId), byRequest: withoutEcho(byRequest) };
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

/** How a write to the list at this path is listed to its caller. */
export function writtenOf(path: string, { id }: WriteAnswer): Written {
  return { entity_type: listOf(path), id };
}
