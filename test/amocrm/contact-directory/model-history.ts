import fc from 'fast-check';
import type { Denied } from './model-account.ts';

/** What happens next, and after how many virtual milliseconds. */
export interface Event {
  after: number;
  what: Action;
}

export type Action =
  /** Others: `place` is that of a contact, counted round; `who` is a person. */
  | { kind: 'add' | 'import'; who: number }
  | { kind: 'gains' | 'loses' | 'gains late' | 'gains ahead'; place: number; who: number }
  | { kind: 'loses unseen'; place: number; who: number }
  | { kind: 'touched' | 'deleted'; place: number }
  /** Many are changed at once, and one of them gains somebody. */
  | { kind: 'mass'; place: number; count: number; who: number }
  | { kind: 'merged'; place: number; into: number }
  /** amoCRM answers the next such read with nothing. */
  | { kind: 'falsely nothing'; to: Denied }
  /** The service. */
  | { kind: 'find'; people: number[] }
  | { kind: 'find or create'; people: number[] }
  | { kind: 'update'; place: number; who: number };

export interface History {
  /** The person that each contact of the beginning is known as, and how many stand before them that nobody asks for. */
  contacts: number[];
  account: Account;
  events: Event[];
  /** Milliseconds of the ways there and back, taken by turns. */
  latencies: number[];
}

export interface Account {
  strangers: number;
  /** Calls a second. */
  rateLimit: number;
  /** Contacts on a page at most, so that a few of them take several. */
  pageSize: number;
  /** Pages of changes that are much. */
  longPages: number;
}

export const small: Account = { strangers: 0, rateLimit: 4, pageSize: 5, longPages: 6 };
/** One in which most changes of several are much. */
export const hasty: Account = { ...small, longPages: 2 };
/** One whose fill takes more than a minute. */
export const large: Account = { strangers: 420, rateLimit: 1, pageSize: 11, longPages: 2 };

/** Few people, so that they meet. */
const who = fc.nat({ max: 9 });
const place = fc.nat({ max: 30 });
/** Mostly more than there are places, so that the directory is asked. */
const people = fc.array(who, { minLength: 1, maxLength: 9 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('add' as const, 'import' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('gains' as const, 'loses' as const, 'gains late' as const, 'gains ahead' as const),
      place,
      who,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('touched' as const, 'deleted' as const), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loses unseen' as const), place, who }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('mass' as const), place, count: fc.integer({ min: 4, max: 14 }), who }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('merged' as const), place, into: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('falsely nothing' as const),
      to: fc.constantFrom('ids' as const, 'pages' as const),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('find' as const), people }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('find or create' as const), people }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('update' as const), place, who }) },
);

/** Mostly while calls are on the wire; now and then much later. */
const after = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 120 }) },
  { weight: 3, arbitrary: fc.nat({ max: 1500 }) },
  { weight: 2, arbitrary: fc.integer({ min: 5_000, max: 200_000 }) },
);

export const history: fc.Arbitrary<History> = fc.record({
  contacts: fc.array(who, { maxLength: 16 }),
  account: fc.oneof(
    { weight: 4, arbitrary: fc.constant(small) },
    { weight: 4, arbitrary: fc.constant(hasty) },
    { weight: 1, arbitrary: fc.constant(large) },
  ),
  events: fc.array(fc.record({ after, what: action }), { minLength: 5, maxLength: 40 }),
  latencies: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 7 }),
});
