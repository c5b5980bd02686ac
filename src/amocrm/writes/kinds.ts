import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { WriteBody } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { OpenCreate } from './open-creates.ts';
import { agreement, markOf, readsBack, weigh } from './reads-back.ts';

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
/** Characters of bodies that are written out in one turn of the event loop. */
const charactersPerTurn = 500_000;

/** What of a body is compared again at each look, computed once. */
const prints = new WeakMap<WriteBody, { digest: string; weight: number }>();

/** Compares entities with each kind of create once, unless their marks (`Collection.mark`) differ. */
export async function matchKinds(
  collection: Collection,
  creates: readonly OpenCreate[],
  entities: readonly Entity[],
): Promise<Match[]> {
  const byMark = Map.groupBy(await kindsOf(collection, creates), ({ creates: [first] }) =>
    markOf(collection, first?.body),
  );
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

async function kindsOf(collection: Collection, creates: readonly OpenCreate[]): Promise<Kind[]> {
  let written = 0;
  for (const { body } of creates) {
    if (prints.has(body)) continue;
    const text = JSON.stringify(body);
    prints.set(body, { digest: createHash('sha256').update(text).digest('base64'), weight: weigh(collection, body) });
    written += text.length;
    if (written < charactersPerTurn) continue;
    written = 0;
    await setImmediate();
  }
  const equal = Map.groupBy(creates, ({ body }) => prints.get(body));
  const byDigest = Map.groupBy(equal, ([print]) => print?.digest);
  return [...byDigest.values()].map((groups) => ({
    creates: groups.flatMap(([, group]) => group),
    weight: groups[0]?.[0]?.weight ?? 0,
  }));
}
