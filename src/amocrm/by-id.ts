import { createBatcher } from './batcher.ts';
import type { Call } from './call.ts';
import type { Client } from './client.ts';
import { readAnswer } from './endings.ts';
import { type Entity, type ParentType, readEntityList } from './entities.ts';
import type { Pacer } from './pacer.ts';

const idsPerCall = 250;

/**
 * Looks entities up by id, many questions in one request. `filter[id]` is the one filter that works without the paid
 * add-on; still, only what really has the id counts.
 */
export function createIdLookup(entityType: ParentType, client: Client, pacer: Pacer) {
  return createBatcher<number, Entity | undefined>({ max: idsPerCall, pacer, send: lookUp });

  async function lookUp(ids: readonly number[]): Promise<PromiseSettledResult<Entity | undefined>[]> {
    const filters = [...new Set(ids)].map((id) => ['filter[id][]', String(id)] as const);
    const ending = await client({
      method: 'GET',
      path: `/api/v4/${entityType}`,
      query: [['limit', String(idsPerCall)], ...filters],
    });
    try {
      const page = readAnswer(ending);
      const found = page === undefined ? [] : readEntityList(page, entityType);
      const byId = new Map(found.filter(({ is_deleted }) => is_deleted !== true).map((entity) => [entity.id, entity]));
      return ids.map((id) => ({ status: 'fulfilled', value: byId.get(id) }));
    } catch (reason) {
      return ids.map(() => ({ status: 'rejected', reason }));
    }
  }
}

export type IdLookup = (id: number, call: Call) => Promise<Entity | undefined>;
