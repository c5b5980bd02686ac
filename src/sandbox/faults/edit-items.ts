import type { Answer } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import type { WrongAnswer } from './actions.ts';

type Edit = (items: unknown[]) => unknown[];

/** The answer with its list of items changed; one without a list stays as it is. */
export function editItems(answer: Answer, edit: Edit): Answer {
  const body: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
  if (Array.isArray(body)) return { ...answer, body: JSON.stringify(edit(body)) };
  if (!isObject(body) || !isObject(body._embedded)) return answer;
  const lists = Object.entries(body._embedded).map(([key, list]) => [key, Array.isArray(list) ? edit(list) : list]);
  return { ...answer, body: JSON.stringify({ ...body, _embedded: Object.fromEntries(lists) }) };
}

/** What makes the items of an answer wrong, beginning with the one at this index where it is about one. */
export function editFor(how: WrongAnswer, at: number): Edit {
  return (items) => EDITS[how](items, at);
}

const EDITS: Record<WrongAnswer, (items: unknown[], at: number) => unknown[]> = {
  'missing-item': (items, at) => items.toSpliced(at, 1),
  // The item takes its neighbour's; one that is alone stands there twice.
  'doubled-request-id': (items, at) => {
    const neighbour = items[at === 0 ? 1 : at - 1];
    return neighbour === undefined ? [...items, ...items] : withKey(items, at, 'request_id', () => keyOf(neighbour));
  },
  'unknown-request-id': (items, at) =>
    withKey(items, at, 'request_id', (sent) => (Array.isArray(sent) ? ['no-such-request'] : 'no-such-request')),
  'shared-id': (items, at) => {
    const shared = items[at];
    return isObject(shared) ? items.map((item) => (isObject(item) ? { ...item, id: shared.id } : item)) : items;
  },
  'zero-id': (items, at) => withKey(items, at, 'id', () => 0),
  'out-of-order': (items) => items.toReversed(),
};

function keyOf(item: unknown): unknown {
  return isObject(item) ? item.request_id : undefined;
}

/** Changes a key of the item at the index, where it has that key. */
function withKey(items: unknown[], at: number, key: string, change: (value: unknown) => unknown): unknown[] {
  return items.map((item, index) =>
    index === at && isObject(item) && key in item ? { ...item, [key]: change(item[key]) } : item,
  );
}
