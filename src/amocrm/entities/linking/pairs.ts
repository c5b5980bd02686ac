import { entityMessages } from '../../../messages/entities.ts';
import type { Message } from '../../../messages/message.ts';
import { type Fault, type Path, refuseFaults } from '../../../problems/problem.ts';
import { type ParentType, parentTypes } from '../../shapes/entities.ts';
import type { LinkedType, LinkParams } from './params.ts';

interface End<T> {
  entityType: T;
  id: number;
  /** The caller's param that gave the id. */
  path: Path;
}

/** Two entities, or an entity and an element of a list, in the order in which amoCRM takes their link. */
export interface Pair {
  from: End<ParentType>;
  to: End<LinkedType>;
}

/**
 * The pairs that are linked, each from one side alone. amoCRM takes some from both sides, contacts and leads only from
 * the lead's. Source: developers' reference, links of entities.
 */
const linkable: Record<LinkedType, readonly LinkedType[]> = {
  leads: ['contacts', 'companies', 'catalog_elements'],
  contacts: ['companies', 'catalog_elements'],
  companies: ['catalog_elements'],
  customers: ['contacts', 'companies', 'catalog_elements'],
  catalog_elements: [],
};

/**
 * The pair of a caller's two ends. Throws INVALID_REQUEST where amoCRM cannot link such a pair, and for params that do not
 * go with it.
 */
export function pairOf(params: LinkParams): Pair {
  const { entity_type, entity_id, to_entity_type, to_entity_id } = params;
  const one = { entityType: entity_type, id: entity_id, path: ['entity_id'] };
  const path = ['to_entity_id'];
  const isTurned = to_entity_type !== 'catalog_elements' && linkable[to_entity_type].includes(entity_type);
  const pair = isTurned
    ? { from: { entityType: to_entity_type, id: to_entity_id, path }, to: one }
    : { from: one, to: { entityType: to_entity_type, id: to_entity_id, path } };
  refuseFaults([...strangePair(pair), ...strayParams(params, pair)]);
  return pair;
}

function strangePair({ from, to }: Pair): Fault[] {
  const takes = (one: LinkedType, other: LinkedType) => linkable[one].includes(other);
  if (takes(from.entityType, to.entityType)) return [];
  const names = [...parentTypes, 'catalog_elements' as const];
  const others = names.filter((other) => takes(from.entityType, other) || takes(other, from.entityType));
  return [fault('to_entity_type', entityMessages.linkedTo(from.entityType, others.join(', ')))];
}

function strayParams({ is_main, catalog, catalog_id, quantity, price_id }: LinkParams, { to }: Pair): Fault[] {
  const ofElements = Object.entries({ catalog, catalog_id, quantity, price_id });
  const given = ofElements.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const isElement = to.entityType === 'catalog_elements';
  const isNamed = catalog !== undefined || catalog_id !== undefined;
  return [
    ...(isElement ? [] : given.map((name) => fault(name, entityMessages.elementsOnly))),
    ...(isElement && !isNamed ? [fault('catalog_id', entityMessages.elementsList)] : []),
    ...(is_main === undefined || to.entityType === 'contacts'
      ? []
      : [fault('is_main', entityMessages.mainContactOnly)]),
  ];
}

function fault(name: string, message: Message): Fault {
  return { path: [name], message, code: 'INVALID_REQUEST' };
}

/** Whether the pair is one of which the first has one company at most. */
export function hasOneCompany({ from, to }: Pair): boolean {
  return to.entityType === 'companies' && (from.entityType === 'leads' || from.entityType === 'contacts');
}

/** The lock under which the pair is linked and unlinked: that of the first where it has one company at most. */
export function lockOf(pair: Pair): string {
  const { from, to } = pair;
  const one = `${from.entityType} ${from.id}`;
  return hasOneCompany(pair) ? one : `link ${one} ${to.entityType} ${to.id}`;
}
