import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import { type ParentType, parentTypes } from '../../shapes/entities.ts';
import type { Reference } from '../references.ts';
import type { LinkParams, UnlinkParams } from './params.ts';

/** Two entities in the order in which amoCRM takes their link; each knows the caller's param. */
export interface Pair {
  from: Reference & { entityType: ParentType };
  to: Reference & { entityType: ParentType };
}

/**
 * The pairs that are linked, each from one side alone. amoCRM takes some from both sides, contacts and leads only from
 * the lead's. Source: developers' reference, links of entities.
 */
const linkable: Record<ParentType, readonly ParentType[]> = {
  leads: ['contacts', 'companies'],
  contacts: ['companies'],
  companies: [],
  customers: ['contacts', 'companies'],
};

/** The pair of a caller's two entities. Throws INVALID_REQUEST where amoCRM cannot link such a pair. */
export function pairOf({ entity_type, entity_id, to_entity_type, to_entity_id }: UnlinkParams): Pair {
  const one = { entityType: entity_type, id: entity_id, path: ['entity_id'] };
  const other = { entityType: to_entity_type, id: to_entity_id, path: ['to_entity_id'] };
  if (linkable[entity_type].includes(to_entity_type)) return { from: one, to: other };
  refuseFaults(linkable[to_entity_type].includes(entity_type) ? [] : [strangePair(entity_type)]);
  return { from: other, to: one };
}

function strangePair(entityType: ParentType): Fault {
  const takes = parentTypes.filter(
    (other) => linkable[entityType].includes(other) || linkable[other].includes(entityType),
  );
  return {
    path: ['to_entity_type'],
    message: `${entityType} are linked to ${takes.join(', ')}`,
    code: 'INVALID_REQUEST',
  };
}

/** What amoCRM keeps of a link. Throws INVALID_REQUEST where it does not go with such a pair. */
export function metadataOf({ is_main }: LinkParams, { from, to }: Pair): { is_main?: boolean } {
  if (is_main === undefined) return {};
  const takesMain = to.entityType === 'contacts';
  const message = `goes with a contact of a lead or customer, not with ${from.entityType} and ${to.entityType}`;
  refuseFaults(takesMain ? [] : [{ path: ['is_main'], message, code: 'INVALID_REQUEST' }]);
  return { is_main };
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
