import { setImmediate } from 'node:timers/promises';
import type { Collection } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { OpenCreate } from './open-creates.ts';
import { agreement, readsBack, weigh } from './reads-back.ts';

/** Creates with equal bodies: which of them owns a found entity makes no difference. */
export interface Kind {
  creates: OpenCreate[];
  weight: number;
}

/** An entity that may be the result of creates of this kind. */
export interface Match {
  kind: Kind;
  entity: Entity;
  agreement: number;
}

/** Comparisons in one turn of the event loop, so that a long list does not block it. */
const perTurn = 2_000;

/** Compares entities with each kind of create once, unless their marks (`Collection.mark`) differ. */
export async function matchKinds(
  collection: Collection,
  creates: readonly OpenCreate[],
  entities: readonly Entity[],
): Promise<Match[]> {
  const byMark = Map.groupBy(kindsOf(collection, creates), ({ creates: [first] }) => markOf(collection, first?.body));
  const matches: Match[] = [];
  let compared = 0;
  for (const entity of entities) {
    // A create without a mark may match any entity.
    const near = [...(byMark.get(markOf(collection, entity)) ?? []), ...(byMark.get('') ?? [])];
    for (const kind of new Set(near)) {
      compared += 1;
      if (compared % perTurn === 0) await setImmediate();
      const body = kind.creates[0]?.body ?? {};
      if (!readsBack(collection, body, entity)) continue;
      matches.push({ kind, entity, agreement: agreement(collection, body, entity) });
    }
  }
  // An entity that matches two creates belongs to the one of which more data was compared.
  return matches.sort(
    (a, b) => b.kind.weight - a.kind.weight || b.agreement - a.agreement || a.entity.id - b.entity.id,
  );
}

function kindsOf(collection: Collection, creates: readonly OpenCreate[]): Kind[] {
  const equal = Map.groupBy(creates, ({ body }) => JSON.stringify(body));
  return [...equal.values()].map((group) => ({ creates: group, weight: weigh(collection, group[0]?.body ?? {}) }));
}

function markOf({ mark }: Collection, item: Record<string, unknown> = {}): string {
  const text = String(item[mark] ?? '').trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}
