import type { RequestRecord, Sandbox } from '../../src/sandbox/sandbox.ts';
import { steps } from '../../src/steps/index.ts';
import { namedParams } from './account.ts';

/** What became of a request's texts and numbers on their way to amoCRM. */

type Json = ReturnType<typeof JSON.parse>;

const idNames = { contacts: 'contact_id', leads: 'lead_id', companies: 'company_id' } as const;

/** Values of a step's params that amoCRM did not get as they were sent, as text. */
export function lostOnTheWay(
  type: string,
  params: Json,
  result: Json,
  upstream: readonly RequestRecord[],
  { store }: Sandbox,
): string[] {
  // What an entity has already is not sent again.
  const held = (['contacts', 'leads', 'companies'] as const).flatMap((kind) => {
    const entity = store[kind].get(result[idNames[kind]]);
    return entity === undefined ? [] : [entity, entity.tags.map((id) => store.tags[kind].get(id)?.name)];
  });
  const received = new Set(leaves([upstream.map(({ body }) => body), held, store.tasks.get(result.task_id)]));
  const asked = upstream.map(({ query }) => query);
  return [
    // Half a surrogate pair is no text: amoCRM would refuse the whole call.
    ...leaves(written(type, params, result)).filter((text) => !received.has(text.toWellFormed())),
    // Outer blanks say nothing to a search.
    ...leaves(searched(type, params, result)).filter(
      (text) => !asked.some((query) => query.includes(`query=${text.toWellFormed()}`)),
    ),
  ];
}

const writing = new Set(steps.filter(({ effects }) => effects === 'writes').map(({ type }) => type));
/** Params that are objects of params. */
const parts = new Set(['contact', 'company', 'lead', 'task']);

/** The params that are to be written as they stand: all of a step that writes, but for what is said here. Custom fields have forms of their own. */
function written(type: string, params: Json, result: Json): unknown {
  const { output_var, custom_fields, update_data, multi_value, query, ...attributes } = params;
  const { name, price, first_name, last_name, responsible_user_id, tags, notes } = {
    ...params,
    ...Object(update_data),
  };
  // amoCRM makes the full name anew of its parts.
  const named = [first_name, last_name].some(isGiven) ? [first_name, last_name] : name;
  if (type === 'amocrm_update_task') return [params.text, params.duration, params.responsible_user_id];
  if (type === 'amocrm_complete_task') return params.result_text;
  if (/update/.test(type)) return [named, price, responsible_user_id, tags, notes];
  if (type === 'amocrm_add_note') return [params.note_text, params.text, params.note_params];
  if (/find_or_create/.test(type)) return result.created ? ownOf(attributes) : [];
  if (type === 'amocrm_create_call') return ownOf({ ...attributes, direction: undefined });
  if (type === 'amocrm_create_tag') return [params.name, params.color?.replace('#', '').toUpperCase()];
  // Who is known and a lead that is open are left as they are.
  if (type === 'amocrm_intake')
    return [params.note_text, ...ownOf({ task: params.task, lead: result.lead_created && params.lead })];
  // What an entity has already is not sent, nor is what it does not have taken off.
  if (/_tags$/.test(type)) return result.updated ? [params.entity_id, result.added, result.removed] : [];
  if (/_unlink_/.test(type) && !result.unlinked) return [];
  if (result.linked || result.unlinked) return [params.entity_id, params.to_entity_id, params.price_id];
  return writing.has(type) ? ownOf(attributes) : [];
}

/** These arrive in another form: names as ids, a singular as the plural, deadlines as moments. */
const transformed = new Set([...namedParams, 'entity_type', 'complete_till', 'complete_in']);

function ownOf(attributes: Record<string, unknown>): unknown[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (transformed.has(key)) return [];
    const { custom_fields: _, ...own } = Object(value);
    return parts.has(key) ? ownOf(own) : [value];
  });
}

function searched(type: string, { query, lead_id, telegram_id, phone, email }: Json, { matched_by }: Json): unknown {
  if (type === 'amocrm_search') return query;
  if (type === 'amocrm_find_lead') return isGiven(lead_id) ? [] : query;
  if (type !== 'amocrm_find_contact') return [];
  const others = [telegram_id, phone, email].some(isGiven);
  return others && matched_by !== 'query' ? [] : String(query ?? '').trim();
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** All texts and numbers at any depth, as text. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
