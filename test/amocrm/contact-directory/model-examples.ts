import { type Action, type Event, type History, large, small } from './model-history.ts';

function history(given: Pick<History, 'contacts' | 'events'> & Partial<History>): History {
  return { account: small, latencies: [50], ...given };
}

function at(after: number, what: Action): Event {
  return { after, what };
}

/** So many that no search of their own is left for them. */
function crowd(kind: 'find' | 'find or create', who: number): Action {
  return { kind, people: Array.from({ length: 12 }, () => who) };
}

/** Contacts of somebody whom nobody asks for. */
function several(howMany: number): number[] {
  return Array.from({ length: howMany }, () => 0);
}

/** After these the directory has read all contacts. */
const filled: readonly Event[] = [at(0, { kind: 'find', people: [9] }), at(30_000, { kind: 'find', people: [9] })];

/** Histories in which a safeguard counts, where chance seldom finds one; by the names in `model-cuts.ts`. */
export const examples: Record<string, History> = {
  'a hit is verified': history({
    contacts: [0, 1, 5, 2],
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(2000, { kind: 'loses unseen', place: 2, who: 5 }),
      at(2000, crowd('find', 5)),
    ],
  }),
  'hits that none verifies are searched for': history({
    contacts: [0, 1, 5, 2],
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(3000, crowd('find', 5)),
      at(120, { kind: 'merged', place: 2, into: 0 }),
    ],
  }),
  'an index is corrected only when a search has told': history({
    contacts: [0, 1, 5, 2],
    account: { ...small, rateLimit: 10 },
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(3000, crowd('find', 5)),
      at(120, { kind: 'merged', place: 2, into: 0 }),
      at(200, crowd('find', 5)),
    ],
  }),
  'what a read by ids does not show is read once more': history({
    contacts: [5, 5, ...several(12)],
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(3000, { kind: 'falsely nothing', to: 'ids' }),
      at(0, crowd('find', 5)),
      at(5000, crowd('find', 5)),
    ],
  }),
  'an empty list is read once more': history({
    contacts: several(12),
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(500, { kind: 'gains', place: 1, who: 5 }),
      at(3000, { kind: 'falsely nothing', to: 'pages' }),
      at(0, crowd('find', 5)),
    ],
  }),
  'a find takes a fresh catch-up': history({
    contacts: several(4),
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(500, { kind: 'gains', place: 1, who: 5 }),
      at(10_000, crowd('find', 5)),
    ],
  }),
  'who would create takes one that began after he came': history({
    contacts: several(4),
    events: [...filled, at(0, crowd('find', 0)), at(300, { kind: 'add', who: 5 }), at(200, crowd('find or create', 5))],
  }),
  'a version can still change while changes may be late': history({
    contacts: several(4),
    events: [
      ...filled,
      at(0, { kind: 'touched', place: 0 }),
      at(50_000, crowd('find', 0)),
      at(0, { kind: 'gains late', place: 0, who: 5 }),
      at(5000, crowd('find', 5)),
    ],
  }),
  'a catch-up walks by id too': history({
    contacts: several(12),
    events: [
      ...filled,
      at(0, { kind: 'mass', place: 0, count: 12, who: 0 }),
      at(100_000, { kind: 'import', who: 5 }),
      at(2000, crowd('find', 5)),
    ],
  }),
  'a catch-up is as old as its beginning': history({
    contacts: [0, 1, 2, 3],
    events: [
      ...filled,
      at(0, crowd('find', 0)),
      at(120, { kind: 'gains', place: 1, who: 5 }),
      at(1030, crowd('find', 5)),
    ],
    latencies: [90],
  }),
  'pages of a catch-up overlap': history({
    contacts: several(12),
    events: [
      ...filled,
      at(0, { kind: 'mass', place: 1, count: 12, who: 5 }),
      at(5000, crowd('find', 5)),
      at(180, { kind: 'deleted', place: 11 }),
    ],
  }),
  // The fill has passed them when they change, and others change while the climb is half way.
  'pages of a climb join on': history({
    contacts: [0],
    account: large,
    events: [
      at(0, { kind: 'find', people: [9] }),
      at(20_000, { kind: 'mass', place: 0, count: 60, who: 1 }),
      at(0, { kind: 'gains', place: 51, who: 5 }),
      at(2000, { kind: 'mass', place: 70, count: 20, who: 1 }),
      at(113_500, { kind: 'mass', place: 100, count: 9, who: 2 }),
      at(30_000, crowd('find', 5)),
    ],
  }),
  'pages of a fill overlap': history({
    contacts: [0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0],
    events: [at(0, crowd('find', 1)), at(700, { kind: 'deleted', place: 0 }), at(60_000, crowd('find', 5))],
  }),
  'a walk of several pages is repeated': history({
    contacts: several(12),
    account: { ...small, rateLimit: 10 },
    events: [
      ...filled,
      at(0, { kind: 'mass', place: 0, count: 12, who: 5 }),
      at(1500, crowd('find', 5)),
      at(170, { kind: 'touched', place: 0 }),
    ],
  }),
  'an older page overwrites nothing': history({
    contacts: several(4),
    account: { ...small, rateLimit: 10 },
    events: [
      ...filled,
      at(0, { kind: 'update', place: 1, who: 5 }),
      at(190, crowd('find', 0)),
      at(290, crowd('find', 5)),
    ],
    latencies: [10, 90, 70, 130, 10],
  }),
  'the first catch-up goes back to the beginning of the fill': history({
    contacts: [0],
    account: large,
    events: [
      at(0, { kind: 'find', people: [9] }),
      at(5000, { kind: 'gains', place: 0, who: 5 }),
      at(5000, { kind: 'mass', place: 20, count: 14, who: 1 }),
      at(230_000, crowd('find', 5)),
    ],
  }),
  'a catch-up goes back a minute further': history({
    contacts: several(12),
    events: [
      ...filled,
      at(0, { kind: 'mass', place: 3, count: 8, who: 1 }),
      at(5000, crowd('find', 1)),
      at(3000, { kind: 'gains late', place: 0, who: 5 }),
      at(2000, crowd('find', 5)),
    ],
  }),
  'only a finished walk by id moves its mark': history({
    contacts: several(12),
    account: { ...small, rateLimit: 10 },
    events: [
      ...filled,
      at(0, { kind: 'mass', place: 0, count: 12, who: 0 }),
      at(100_000, { kind: 'find or create', people: [1, 2, 3, 4, 6, 7, 8, 9, 1, 2, 3, 4] }),
      at(120, { kind: 'import', who: 5 }),
      at(3000, crowd('find', 5)),
    ],
  }),
  'what contacts have lost is put last': history({
    contacts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 5],
    account: { ...small, rateLimit: 10 },
    events: [
      ...filled,
      at(0, crowd('find', 5)),
      at(200, { kind: 'gains', place: 0, who: 5 }),
      at(5, { kind: 'mass', place: 2, count: 6, who: 8 }),
      at(5, { kind: 'loses', place: 9, who: 5 }),
      at(210, { kind: 'find or create', people: [1, 2, 3, 4, 6, 7, 9, 1, 2, 3, 4, 6] }),
      at(140, crowd('find', 5)),
    ],
  }),
};
