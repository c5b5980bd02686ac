import { type Static, Type } from 'typebox';
import { checkOf } from '../schemas/check.ts';
import type { WriteBody } from './operation/write-log.ts';
import { type Collection, listOf } from './shapes/collection.ts';
import type { Entity } from './shapes/entities.ts';
import { nextQuery } from './shapes/hal.ts';

/** One of two that are linked: its list and its id there. */
export interface LinkEnd {
  list: string;
  id: number;
}

const Metadata = Type.Record(Type.String(), Type.Unknown());
type Metadata = Static<typeof Metadata>;
const Link = Type.Object(
  {
    to_entity_id: Type.Integer(),
    to_entity_type: Type.String(),
    metadata: Type.Optional(Type.Union([Metadata, Type.Null()])),
  },
  { additionalProperties: true },
);
type Link = Static<typeof Link>;
const Part = Type.Object(
  {
    id: Type.Integer(),
    is_main: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    metadata: Type.Optional(Metadata),
  },
  { additionalProperties: true },
);
const isPart = checkOf(Part).accepts;
const isLinkBody = checkOf(
  Type.Object({
    entity_id: Type.Integer(),
    to_entity_id: Type.Integer(),
    to_entity_type: Type.String(),
    metadata: Type.Optional(Metadata),
  }),
).accepts;
const isLinkList = checkOf(Type.Object({ _embedded: Type.Object({ links: Type.Array(Link) }) })).accepts;

/** A link that was made, or undone where it has no metadata. */
interface Change {
  to: LinkEnd;
  metadata: Metadata | undefined;
}

/** What a dry run would have linked and unlinked; each link is seen from both ends. */
export function createDryLinks() {
  const changes = new Map<string, Change[]>();

  function note(from: LinkEnd, to: LinkEnd, metadata: Metadata | undefined): void {
    for (const [one, other] of [[from, to] as const, [to, from] as const]) {
      changes.set(nameOf(one), [...(changes.get(nameOf(one)) ?? []), { to: other, metadata }]);
    }
  }

  const changesOf = (end: LinkEnd) => changes.get(nameOf(end)) ?? [];

  return {
    link: (from: LinkEnd, to: LinkEnd, metadata: Metadata = {}): void => note(from, to, metadata),
    /** Takes note of a write, if it is of a link. */
    write({ path, posts }: Collection, body: WriteBody): void {
      if ((posts !== 'link' && posts !== 'unlink') || !isLinkBody(body)) return;
      const { entity_id, to_entity_type, to_entity_id, metadata = {} } = body;
      const to = { list: to_entity_type, id: to_entity_id };
      note({ list: listOf(path), id: entity_id }, to, posts === 'link' ? metadata : undefined);
    },
    /** A page of an entity's links as it would be then; what is new comes last. */
    pageAfter(end: LinkEnd, page: unknown): unknown {
      const isLast = nextQuery(page) === undefined;
      const changed = changesOf(end);
      if (changed.length === 0 || (page !== undefined && !isLinkList(page))) return page;
      const there = page?._embedded.links ?? [];
      const kept = new Set(there.map(({ to_entity_type: list, to_entity_id: id }) => nameOf({ list, id })));
      const links = after(end, there, changed).filter((link) => isLast || kept.has(nameOf(otherEnd(link))));
      return { ...page, _embedded: { ...page?._embedded, links } };
    },
    /** An entity with the linked parts that a read with these `parts` would have then; `isMade`: it is all ours. */
    entityAfter(end: LinkEnd, entity: Entity, parts: readonly string[], isMade: boolean): Entity {
      const byList = Map.groupBy(changesOf(end), ({ to }) => to.list);
      const embedded: Record<string, unknown> = { ...entity._embedded };
      for (const [list, changed] of byList) {
        if (isMade || list in embedded || parts.includes(list))
          embedded[list] = partsAfter(end, list, embedded, changed);
      }
      return { ...entity, _embedded: { ...entity._embedded, ...embedded } };
    },
  };
}

function partsAfter(end: LinkEnd, list: string, embedded: Record<string, unknown>, changed: readonly Change[]) {
  const held: unknown = embedded[list];
  const parts = Array.isArray(held) ? held.filter((part) => isPart(part)) : [];
  const byId = new Map(parts.map((part) => [part.id, part]));
  const links = parts.map(({ id, is_main, metadata = { main_contact: is_main === true } }) => ({
    to_entity_id: id,
    to_entity_type: list,
    metadata,
  }));
  return after(end, links, changed).map(({ to_entity_id: id, metadata }) => {
    const isMain = end.list === 'leads' && list === 'contacts' ? { is_main: metadata?.main_contact === true } : {};
    return { ...byId.get(id), id, ...isMain, ...(list === 'catalog_elements' ? { metadata } : {}) };
  });
}

function after(end: LinkEnd, links: readonly Link[], changed: readonly Change[]): Link[] {
  return changed.reduce<Link[]>(
    (held, { to, metadata }) => {
      const others = held.filter((link) => nameOf(otherEnd(link)) !== nameOf(to));
      return metadata === undefined ? others : linked(end, others, to, metadata);
    },
    [...links],
  );
}

/** amoCRM writes `is_main` and reads `main_contact`; the first contact of a lead becomes its main one by itself. */
function linked(end: LinkEnd, others: readonly Link[], { list, id }: LinkEnd, { is_main, ...given }: Metadata): Link[] {
  const link = { to_entity_id: id, to_entity_type: list };
  if (list === 'catalog_elements') {
    return [...others, { ...link, metadata: { quantity: 1, price_id: null, ...given } }];
  }
  if (list !== 'contacts') return [...others, { ...link, metadata: null }];
  const isFirst = others.every(({ metadata }) => metadata?.main_contact !== true);
  const isMain = end.list === 'leads' && (is_main === true || isFirst);
  const rest = others.map((other) =>
    isMain && other.to_entity_type === 'contacts' ? { ...other, metadata: { main_contact: false } } : other,
  );
  return [...rest, { ...link, metadata: { main_contact: isMain } }];
}

function otherEnd({ to_entity_type: list, to_entity_id: id }: Link): LinkEnd {
  return { list, id };
}

function nameOf({ list, id }: LinkEnd): string {
  return `${list} ${id}`;
}
