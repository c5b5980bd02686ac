import Type from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import { many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, requestId } from '../validation/items.ts';
import type { Call } from './call.ts';
import { exactly, nullable, optional, RequestId } from './draft.ts';
import { listAnswer, slice } from './paging.ts';

/** Every kind of entity has a tag dictionary of its own. */
export const tagRoutes: Routes = Object.fromEntries(
  KINDS.map((kind) => [
    `/api/v4/${kind}/tags`,
    { GET: (call: Call) => list(kind, call), POST: (call: Call) => create(kind, call) },
  ]),
);

const acceptTag = accepts(
  exactly({ name: Type.String(), color: optional(nullable(Type.String())), request_id: RequestId }),
);

function list(kind: Kind, call: Call): Answer {
  const names = many(call.query, 'filter', 'name');
  const ids = many(call.query, 'filter', 'id').map(Number);
  const query = one(call.query, 'query')?.toLowerCase() ?? '';
  const page = slice(call.store.tags[kind].values(), call, (tag) => {
    const isNamed = names.length === 0 || names.includes(tag.name);
    return isNamed && (ids.length === 0 || ids.includes(tag.id)) && tag.name.toLowerCase().includes(query);
  });
  return listAnswer(call, 'tags', page);
}

/** A name that exists already answers with its id. */
function create(kind: Kind, call: Call): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    const draft = acceptTag(item, found);
    return draft && { ...draft, request_id: requestId(item, index) };
  });
  const tags = drafts.map(({ name, color, request_id }) => {
    const tag = store.tags[kind].get(store.tagId(kind, name, color ?? null));
    return { ...tag, request_id };
  });
  return hal({ _total_items: tags.length, _embedded: { tags } });
}
