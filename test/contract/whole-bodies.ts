import { exclusive, filteredBy, owners, withKnownIds } from './account.ts';
import { aliasesOf, type Schema } from './document.ts';

/** A person whom nobody knows, for the step that would find the one of the examples. */
const stranger = {
  telegram_id: 'никто',
  phone: '+7 000 000-00-01',
  email: 'nobody@example.com',
  query: 'никто',
  custom_fields: {},
};

/** Ends that can be linked: of two entities `is_main` goes with the link, of an element the rest. */
const lead = { entity_type: 'leads', entity_id: 67890 };
const contact = { to_entity_type: 'contacts', to_entity_id: 12345 };
const element = { to_entity_type: 'catalog_elements', to_entity_id: 552001 };
const ofElements = ['catalog', 'catalog_id', 'quantity', 'price_id'];

type Pair = readonly [string, string];

export interface WholeBody {
  [key: string]: unknown;
  params: Record<string, unknown>;
}

/** Bodies with every property: one of each variant, and of what may be given in two ways one each. */
export function wholeBodies(schema: Schema = {}): WholeBody[] {
  const isPart = ([name]: Pair) => parts.includes(name);
  const bodies = textBodies(schema).flatMap((body) => {
    // Most steps take a contact by its id alone.
    const wholes = exclusive.filter((pair) => isPart(pair) && pair[0] in body.params);
    return eitherOf(body, wholes);
  });
  const pairs = exclusive.filter((pair) => !isPart(pair));
  return bodies.flatMap((body) => eitherOf(body, pairs).flatMap(updateBodies).flatMap(listBodies));
}

/** The body with the first of each pair, and with the second. */
function eitherOf(body: WholeBody, pairs: readonly Pair[]): WholeBody[] {
  const leaving = (place: 0 | 1) => ({ ...body, params: withoutTwins(body.params, pairs, place) });
  const [first, second] = [leaving(1), leaving(0)];
  return JSON.stringify(first) === JSON.stringify(second) ? [body] : [first, second];
}

/** What an update changes stands in `update_data` or beside it. */
function updateBodies(body: WholeBody): WholeBody[] {
  const { update_data, ...beside } = body.params;
  if (update_data === undefined || 'query' in beside) return [body];
  const rest = withoutKeys(beside, [...Object.keys(Object(update_data)), 'custom_fields']);
  return [
    { ...body, params: beside },
    { ...body, params: { ...rest, update_data } },
  ];
}

/** Each order of a list once; what a param and `filter` can both say, in one of them. */
function listBodies(body: WholeBody): WholeBody[] {
  const { filter, order, ...rest } = body.params;
  if (filter === undefined && order === undefined) return [body];
  const [first = {}, ...orders] = Object.entries(Object(order)).map(([key, direction]) => ({
    order: { [key]: direction },
  }));
  const repeated = Object.keys(rest).filter((name) => (filteredBy[name] ?? '') in Object(filter));
  const given = Object.keys(rest).flatMap((name) => filteredBy[name] ?? []);
  const filters = filter === undefined ? [{}] : [{ filter: withoutKeys(Object(filter), given) }, { filter }];
  return [
    { ...rest, ...first, ...filters[0] },
    { ...withoutKeys(rest, repeated), ...first, ...filters[1] },
    ...orders.map((one) => ({ ...rest, ...one })),
  ].map((params) => ({ ...body, params }));
}

/** Params that hold params of another step. */
const parts = ['update_data', 'lead', 'task', 'contact', 'company'];

function withoutKeys(params: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const left = Object.entries(params).filter(([key]) => !keys.includes(key));
  const within = parts.filter((name) => params[name] !== undefined && !keys.includes(name));
  return {
    ...Object.fromEntries(left),
    ...Object.fromEntries(within.map((name) => [name, withoutKeys(Object(params[name]), keys)])),
  };
}

/** Without one of each pair, where both are there: a step that takes the id alone has no pair. */
function withoutTwins(params: Record<string, unknown>, pairs: readonly Pair[], place: 0 | 1): Record<string, unknown> {
  const both = pairs.filter((pair) => pair.every((name) => name in params)).map((pair) => pair[place]);
  const left = Object.entries(params).filter(([key]) => !both.includes(key));
  const isWhole = (key: string) => parts.includes(key) && key in params;
  return Object.fromEntries(
    left.map(([key, value]) => [key, isWhole(key) ? withoutTwins(Object(value), pairs, place) : value]),
  );
}

/** Since a text may come in two places but once, one body of each. */
function textBodies(schema: Schema): WholeBody[] {
  const { params = {}, ...properties } = withKnownIds(schema).properties ?? {};
  const variants = params.oneOf ?? [params];
  return variants.flatMap((variant) => {
    const bodies = bodiesOf(variant, properties);
    const aliased = bodies.map((body) => ({ ...body, params: Object(byAlias(variant, body.params)) }));
    return JSON.stringify(aliased) === JSON.stringify(bodies) ? bodies : [...bodies, ...aliased];
  });
}

function bodiesOf(variant: Schema, properties: Record<string, Schema>): WholeBody[] {
  const body = { ...Object(whole({ properties })), params: Object(whole(variant)) };
  const { note_text, ...rest } = body.params;
  const { text, call_result, ...noteParams } = Object(rest.note_params);
  if ('to_entity_id' in rest) {
    return [
      { ...body, params: { ...withoutKeys(rest, ofElements), ...lead, ...contact } },
      { ...body, params: { ...withoutKeys(rest, ['is_main']), ...lead, ...element } },
    ];
  }
  if ('catalog' in rest && 'entity_type' in rest) {
    const others = (owner: string) => owners.filter((one) => one !== owner);
    return owners.map((owner) => ({ ...body, params: withoutKeys(rest, others(owner)) }));
  }
  if ('color' in rest) return [{ ...body, params: { ...rest, entity_type: 'leads' } }];
  const isContact = 'telegram_id' in rest && 'name' in rest;
  if (isContact) return [body, { ...body, params: { ...body.params, ...stranger } }];
  if (note_text === undefined) return [body];
  return [
    { ...body, params: rest },
    { ...body, params: { ...body.params, note_params: noteParams } },
  ];
}

/** The value with every property that has an alias under that. */
function byAlias({ properties = {}, items, ...schema }: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => byAlias(items, item));
  if (typeof value !== 'object' || value === null) return value;
  const aliases = new Map(aliasesOf(schema).map(([alias, name]) => [name, alias]));
  const parts = Object.entries(value).map(([key, part]) => [
    aliases.get(key) ?? key,
    byAlias(properties[key] ?? {}, part),
  ]);
  return Object.fromEntries(parts);
}

/** A value with all that the schema describes but aliases, as its examples have it. */
function whole(schema: Schema): unknown {
  const { properties, enum: constants, examples, type, minimum, items = {} } = schema;
  if (properties !== undefined) {
    const aliases = new Set(aliasesOf(schema).map(([alias]) => alias));
    const own = Object.entries(properties).filter(([key]) => !aliases.has(key));
    const parts = own.map(([key, part]) => [key, whole(part)]);
    return { ...Object(examples?.[0]), ...Object.fromEntries(parts) };
  }
  const [first] = constants ?? examples ?? [];
  if (first !== undefined) return first;
  const [kind] = [type].flat();
  if (kind === 'object') return { a: 1 };
  if (kind === 'array') return [whole(items)];
  return kind === 'integer' ? (minimum ?? 1) : 'текст';
}
