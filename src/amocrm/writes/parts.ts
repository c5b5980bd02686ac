import type { WriteAnswer, WriteBody } from '../operation/write-log.ts';
import { type Collection, homeOf } from '../shapes/collection.ts';

/** An entity that is made together with another one, and the key of its id in the answer. */
export interface MadePart {
  home: string;
  body: WriteBody;
  answeredAs: string;
}

/** What a create makes beside its own entity: parts without an id. */
export function partsOf({ parts = {} }: Collection, { _embedded = {} }: WriteBody): MadePart[] {
  return Object.entries(parts).flatMap(([name, { collection, answeredAs }]) =>
    (_embedded[name] ?? [])
      .map((part) => Object(part))
      .filter(({ id }) => id === undefined)
      .map((body) => ({ home: homeOf(collection), body, answeredAs })),
  );
}

/** The ids that the answer to such a create names. */
export function idsOfParts(parts: readonly MadePart[], answer: WriteAnswer): { home: string; id: number }[] {
  return parts.flatMap(({ home, answeredAs }) => {
    const id = answer[answeredAs];
    return typeof id === 'number' ? [{ home, id }] : [];
  });
}
