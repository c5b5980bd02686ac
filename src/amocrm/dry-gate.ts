import { Type } from 'typebox';
import { checkOf } from '../schemas/check.ts';
import { createDryLinks } from './dry-links.ts';
import type { Gate } from './gate.ts';
import type { Operation } from './operation/operation.ts';
import type { WriteBody } from './operation/write-log.ts';
import { type Collection, listOf } from './shapes/collection.ts';
import type { Entity } from './shapes/entities.ts';
import { bareAnswer } from './writes/answers.ts';
import { stateAfter } from './writes/state-after.ts';
import { callOf, kindOfWrite, type WriteCall } from './writes/write-kinds.ts';

/** What is linked by its id, not made together with an entity. */
const isReference = checkOf(
  Type.Object({ id: Type.Integer(), is_main: Type.Optional(Type.Boolean()) }, { additionalProperties: true }),
).accepts;

/** A call that would have been made. */
export interface DryRequest extends WriteCall {
  /** Whether other writes may go out in the same call. */
  shares_call: boolean;
}

/** What amoCRM would add by itself to what was made, by its list. */
export type Defaults = (list: string, body: WriteBody, operation: Operation) => Promise<object>;

export interface DryGateOptions {
  defaultsOf?: Defaults;
  /** Told each id that was made up. */
  onMade?: (id: number) => void;
}

/**
 * A gate that reads but writes nothing: it records what would have been sent. What would have been made gets an id that
 * amoCRM cannot have given yet: they count down from 2^53-1. A lookup by id finds it, and what was changed or linked as
 * it would stand then; searches and lists do not, and nothing stands below it but its links.
 */
export function createDryGate(
  gate: Gate,
  record: (request: DryRequest) => void,
  { defaultsOf = async () => ({}), onMade = () => {} }: DryGateOptions = {},
): Gate {
  const made = new Set<string>();
  const bodies = new Map<string, WriteBody[]>();
  const links = createDryLinks();
  let nextId = Number.MAX_SAFE_INTEGER;

  function make(path: string, body: WriteBody): number {
    const id = nextId--;
    made.add(nameOf(path, id));
    onMade(id);
    bodies.set(nameOf(path, id), [{ created_at: Math.floor(gate.serverTime().latest), ...body }]);
    return id;
  }

  /** Links an entity with what is made or linked together with it; gives the ids as the answer names them. */
  function linkParts(
    { path, parts = {}, merges }: Collection,
    id: number,
    { _embedded }: WriteBody,
  ): Record<string, number> {
    const linked = Object.entries(parts).flatMap(([list, { collection, answeredAs }]) =>
      (_embedded?.[list] ?? []).map((part) => {
        const known = isReference(part) ? part : { id: make(collection.path, Object(part)) };
        return { list, answeredAs, ...known };
      }),
    );
    for (const { is_main, ...part } of linked) links.link({ list: listOf(path), id }, part, { is_main });
    if (merges !== true) return {};
    // What is made with a lead belongs together, too.
    for (const [index, part] of linked.entries()) {
      for (const other of linked.slice(index + 1)) links.link(part, other);
    }
    return Object.fromEntries(linked.map((part) => [part.answeredAs, part.id]));
  }

  async function madeEntity({ path }: Collection, id: number, operation: Operation): Promise<Entity> {
    const [body = {}] = bodies.get(nameOf(path, id)) ?? [];
    return { id, ...(await defaultsOf(listOf(path), body, operation)) };
  }

  return {
    ...gate,
    async read(path, query, operation, options) {
      const parts = path.split('/');
      const isBelowMade = parts.some((part, index) => made.has(`${part} ${parts[index + 1]}`));
      const page = isBelowMade ? undefined : await gate.read(path, query, operation, options);
      const [list = '', id, below] = parts;
      return below === 'links' ? links.pageAfter({ list, id: Number(id) }, page) : page;
    },
    async findById(collection, id, operation, parts) {
      const name = nameOf(collection.path, id);
      const entity = made.has(name)
        ? await madeEntity(collection, id, operation)
        : await gate.findById(collection, id, operation, parts);
      if (entity === undefined) return undefined;
      const changed = (bodies.get(name) ?? []).reduce(stateAfter, entity);
      return links.entityAfter({ list: listOf(collection.path), id }, changed, parts ?? [], made.has(name));
    },
    async write({ method, collection, draft }, operation) {
      operation.signal.throwIfAborted();
      const kind = kindOfWrite(method, collection);
      record({ ...callOf(kind, collection, [draft.body]), shares_call: !kind.isAlone });
      const { body } = draft;
      const isNew = kind.answeredBy === 'request_id' || kind.answeredBy === 'only';
      if (isNew) {
        const id = make(collection.path, body);
        return { id, ...linkParts(collection, id, body) };
      }
      links.write(collection, body);
      const answer = bareAnswer({ draft }, collection);
      const name = nameOf(collection.path, answer.id);
      if (kind.answeredBy === 'id') bodies.set(name, [...(bodies.get(name) ?? []), body]);
      return answer;
    },
  };
}

/** A made-up id is that of one list; an entity may be written through several paths. */
function nameOf(path: string, id: number | string): string {
  return `${listOf(path)} ${id}`;
}
