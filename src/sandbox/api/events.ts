import { type Answer, hal, noContent, problem, Refused } from '../http/answer.ts';
import { many } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import type { EventEntity, HistoryEvent } from '../store/events.ts';
import { type Call, link } from './call.ts';
import { withParts } from './entity-view.ts';
import { valueTests } from './event-values.ts';
import { listAnswer, slice } from './paging.ts';
import { rangeOf } from './time-filter.ts';

/** The account's history, latest first; there is no way to write to it. */
export const eventRoutes: Routes = {
  '/api/v4/events': { GET: list },
  '/api/v4/events/:text': { GET: get },
};

const MAX_PAGE = 100;
const MAX_IDS = 10;
const KINDS: Record<EventEntity, string> = {
  lead: 'leads',
  contact: 'contacts',
  company: 'companies',
  customer: 'customers',
  task: 'tasks',
};

function list(call: Call): Answer {
  const tests = filtersOf(call);
  const page = slice(call.store.events.latestFirst(), call, (event) => tests.every((test) => test(event)), MAX_PAGE);
  return listAnswer(call, 'events', { ...page, items: page.items.map((event) => eventView(event, call)) });
}

function get(call: Call): Answer {
  const event = call.store.events.get(call.texts[0] ?? '');
  return event === undefined ? noContent() : hal(eventView(event, call));
}

type Test = (event: HistoryEvent) => boolean;

/** What is documented as a limit of a filter is refused beyond it. */
function filtersOf(call: Call): Test[] {
  const { query } = call;
  const asked = (name: string) => many(query, 'filter', name).flatMap((value) => value.split(','));
  const entities = asked('entity');
  const ids = asked('entity_id');
  const types = asked('type');
  if (ids.length > MAX_IDS || asked('created_by').length > MAX_IDS) refuse(`no more than ${MAX_IDS} ids`);
  if (ids.length > 0 && entities.length !== 1) refuse('entity_id needs one entity');
  if (types.length > 1 && types.some((type) => /^custom_field_\d+_value_changed$/.test(type))) {
    refuse('the changes of one field are asked for alone');
  }
  const isIn = (values: string[], read: (event: HistoryEvent) => unknown): Test => {
    const wanted = new Set(values);
    return (event) => wanted.size === 0 || wanted.has(String(read(event)));
  };
  const inTime = rangeOf(query, 'created_at');
  return [
    isIn(asked('id'), ({ id }) => id),
    isIn(types, ({ type }) => type),
    isIn(entities, ({ entity_type }) => entity_type),
    isIn(ids, ({ entity_id }) => entity_id),
    isIn(asked('created_by'), ({ created_by }) => created_by),
    ({ created_at }) => inTime(created_at),
    ...valueTests(query, 'value_after'),
    ...valueTests(query, 'value_before'),
  ];
}

function refuse(detail: string): never {
  throw new Refused(problem(400, detail));
}

function eventView(event: HistoryEvent, call: Call) {
  const { entity_type, entity_id } = event;
  const name = withParts(call).has(`${entity_type}_name`) ? { name: nameOf(event, call) } : {};
  const entity = { id: entity_id, ...name, _links: link(call, `${KINDS[entity_type]}/${entity_id}`) };
  return {
    ...event,
    account_id: call.store.account.id,
    _links: link(call, `events/${event.id}`),
    _embedded: { entity },
  };
}

function nameOf({ entity_type, entity_id }: HistoryEvent, { store }: Call): string | undefined {
  if (entity_type === 'task') return undefined;
  const { leads, contacts, companies, customers } = store;
  const collections = { lead: leads, contact: contacts, company: companies, customer: customers };
  return collections[entity_type].get(entity_id)?.name;
}
