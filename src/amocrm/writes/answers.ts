import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Written } from '../../problems/document.ts';
import type { Outcome } from '../client/client.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { type Collection, listOf } from '../shapes/collection.ts';

const body = Compile(
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

/** The items of a write's answer, by what was sent as `request_id` and by id; the echo itself is left out. */
export function answeredItems(outcome: Outcome, { list }: Collection) {
  const byRequest = new Map<string, WriteAnswer>();
  const byId = new Map<number, WriteAnswer>();
  const items = outcome.kind === 'json' && body.Check(outcome.body) ? (outcome.body._embedded[list] ?? []) : [];
  for (const { request_id, ...item } of items) {
    byId.set(item.id, item);
    if (request_id !== undefined) byRequest.set(String(request_id), item);
  }
  return { byRequest, byId };
}

/** How a write to the list at this path is listed to its caller. */
export function writtenOf(path: string, { id }: WriteAnswer): Written {
  return { entity_type: listOf(path), id };
}
