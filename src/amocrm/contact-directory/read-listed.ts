import { type Entity, readEntityList } from '../shapes/entities.ts';
import { nextQuery } from '../shapes/hal.ts';
import type { IndexedContact } from './contact-index.ts';
import { heldBy } from './held.ts';
import type { Place } from './paging.ts';

export type Order = 'id asc' | 'id desc' | 'updated_at desc';

/** A page of the list of contacts. */
export interface ListedPage {
  contacts: IndexedContact[];
  /** Whether amoCRM offers a further page. */
  hasNext: boolean;
  /** Taken when it was sent; see `ContactIndex`. */
  stamp: number;
  /** When it was sent at the earliest, unix seconds by amoCRM's clock. */
  at: number;
  /** The account that its contacts belong to, where amoCRM says. */
  accountId: number | undefined;
}

/** Reads a page of the list, which is sent after the call. */
export type ReadListed = (order: Order, place: Place) => Promise<ListedPage>;

/** The query for a page. */
export function queryOf(order: Order, { page, limit }: Place): [string, string][] {
  const [field, direction = 'asc'] = order.split(' ');
  return [
    [`order[${field}]`, direction],
    ['limit', String(limit)],
    ['page', String(page)],
  ];
}

/** The page of an answer; undefined is an empty one. Throws AMOCRM_ERROR where it is no list. */
export function listedPage(answer: unknown, list: string, sent: Pick<ListedPage, 'stamp' | 'at'>): ListedPage {
  const entities = answer === undefined ? [] : readEntityList(answer, list);
  const alive = entities.filter(({ is_deleted }) => is_deleted !== true);
  return {
    contacts: alive.map(indexed),
    hasNext: nextQuery(answer) !== undefined,
    accountId: entities.map(accountOf).find((id) => id !== undefined),
    ...sent,
  };
}

export function indexed(contact: Entity): IndexedContact {
  return { id: contact.id, updatedAt: contact.updated_at ?? 0, values: heldBy(contact) };
}

function accountOf(contact: Entity): number | undefined {
  const { account_id } = Object(contact);
  return typeof account_id === 'number' ? account_id : undefined;
}
