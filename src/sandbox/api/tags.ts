import Type from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import { many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, requestId } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
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

/** Only tags of leads have colours: https://www.amocrm.ru/developers/content/crm_platform/tags-api */
const Color = Type.Enum([
  ...['EBEBEB', 'D0D0D0', 'F2DDF7', 'D1A4DC', 'FF8F92', 'FFC8C8', 'C7DB8C', 'DDEBB5', '8699DA', 'AABDFF', 'FFCE5A'],
  ...['FFE193', '90CDB0', 'C6F4DE', 'A9A5D7', 'D8D5FF', '86C0FC', '832161', '6A0F49', '0C7C59', '10599D', '9D2B32'],
  '247BA0',
]);
const acceptTag = accepts(exactly({ name: Type.String(), color: optional(nullable(Color)), request_id: RequestId }));

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
    if (kind !== 'leads' && typeof draft?.color === 'string') found.push(violation('NotSupportedChoice', 'color'));
    return draft && { ...draft, request_id: requestId(item, index) };
  });
  const tags = drafts.map(({ name, color, request_id }) => {
    const tag = store.tags[kind].get(store.tagId(kind, name, color ?? null));
    return { ...tag, request_id };
  });
  return hal({ _total_items: tags.length, _embedded: { tags } });
}
