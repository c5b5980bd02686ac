import { entityMessages } from '../../../messages/entities.ts';
import type { Message } from '../../../messages/message.ts';
import type { Fault, Path } from '../../../problems/problem.ts';
import { ruleOf } from '../../../schemas/rules.ts';
import type { ParentType } from '../../shapes/entities.ts';
import { type LinkedType, type LinkParams, linkedTypes, type UnlinkParams } from './params.ts';

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

type Ends = Pick<LinkParams, 'entity_type' | 'to_entity_type'>;
/** All but the ids of the two ends. */
type Described = Omit<LinkParams, 'entity_id' | 'to_entity_id'>;

/** What amoCRM cannot link, and params that do not go with what is linked. */
export const linkRules = [
  ruleOf<Ends>(['entity_type', 'to_entity_type'], strangePair),
  ruleOf<Described>(
    ['entity_type', 'to_entity_type', 'is_main', 'catalog', 'catalog_id', 'quantity', 'price_id'],
    strayParams,
  ),
];

/** The pair of a caller's two ends. */
export function pairOf({ entity_type, entity_id, to_entity_type, to_entity_id }: UnlinkParams): Pair {
  const one = { id: entity_id, path: ['entity_id'] };
  const other = { id: to_entity_id, path: ['to_entity_id'] };
  return to_entity_type !== 'catalog_elements' && takes(to_entity_type, entity_type)
    ? { from: { entityType: to_entity_type, ...other }, to: { entityType: entity_type, ...one } }
    : { from: { entityType: entity_type, ...one }, to: { entityType: to_entity_type, ...other } };
}

function takes(one: LinkedType, other: LinkedType): boolean {
  return linkable[one].includes(other);
}

function strangePair({ entity_type, to_entity_type }: Ends): Fault[] {
  const isLinked = (other: LinkedType) => takes(entity_type, other) || takes(other, entity_type);
  if (isLinked(to_entity_type)) return [];
  const others = linkedTypes.filter(isLinked);
  return [fault('to_entity_type', entityMessages.linkedTo(entity_type, others.join(', ')))];
}

function strayParams({ entity_type, to_entity_type, is_main, ...ofElements }: Described): Fault[] {
  const given = Object.entries(ofElements).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const isElement = to_entity_type === 'catalog_elements';
  const isNamed = ofElements.catalog !== undefined || ofElements.catalog_id !== undefined;
  const linked = takes(to_entity_type, entity_type) ? entity_type : to_entity_type;
  return [
    ...(isElement ? [] : given.map((name) => fault(name, entityMessages.elementsOnly))),
    ...(isElement && !isNamed ? [fault('catalog_id', entityMessages.elementsList)] : []),
    ...(is_main === undefined || linked === 'contacts' ? [] : [fault('is_main', entityMessages.mainContactOnly)]),
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
