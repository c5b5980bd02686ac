import type { Cut } from './model-program.ts';

const folder = 'amocrm/contact-directory';
const find = 'amocrm/entities/contacts/find.ts';
const onceMore = 'amocrm/reads/once-more.ts';

/** The safeguards of the contact directory, each with the change that takes it out. */
export const cuts: Record<string, Cut> = {
  'a hit is verified': {
    file: find,
    changes: [['.filter((contact) => holds?.(contact))', '']],
  },
  'hits that none verifies are searched for': {
    file: find,
    changes: [
      [
        'const match = await findBySearch(amo, [criterion]);',
        'const match = named === undefined ? await findBySearch(amo, [criterion]) : undefined;',
      ],
    ],
  },
  'an index is corrected only when a search has told': {
    file: find,
    changes: [
      [
        'const match = await findBySearch(amo, [criterion]);',
        'if (named !== undefined) await directory.correct(named);\nconst match = await findBySearch(amo, [criterion]);',
      ],
    ],
  },
  'what a read by ids does not show is read once more': {
    file: onceMore,
    changes: [['missing().length > 0', 'missing().length < 0']],
  },
  'an empty list is read once more': {
    file: `${folder}/desk.ts`,
    changes: [
      ['onceMore(readPage, (shown) => isAllGone(shown, place))', 'readPage()'],
      ['unlessAllGone(page, place)', 'page'],
    ],
  },
  'a find takes a fresh catch-up': {
    file: `${folder}/contact-directory.ts`,
    changes: [['arrivedAt - freshMs', 'arrivedAt - 60 * freshMs']],
  },
  'who would create takes one that began after he came': {
    file: find,
    changes: [
      [
        'amo.contactDirectory.catchUp(visitor.arrivedAt, amo.operation)',
        'amo.contactDirectory.catchUp(amo.contactDirectory.freshSince(visitor), amo.operation)',
      ],
    ],
  },
  'a catch-up is as old as its beginning': {
    file: `${folder}/desk.ts`,
    changes: [['return own.begunAt;', 'return clock.now();']],
  },
  'pages of a catch-up overlap': {
    file: `${folder}/walk.ts`,
    changes: [
      ['page.contacts.some((contact) => seen.has(versionOf(contact)))', 'seen'],
      ['place.start + place.limit - 1', 'place.start + place.limit'],
    ],
  },
  'pages of a climb join on': {
    file: `${folder}/climb.ts`,
    changes: [
      ['page.hasNext && !page', 'below.size < 0 && !page'],
      ['placeUpTo(start + drift, pageSize)', 'placeUpTo(start - 1, pageSize)'],
    ],
  },
  'pages of a fill overlap': {
    file: `${folder}/scan.ts`,
    changes: [
      ['place.start > 0 && !page', 'place.start < 0 && !page'],
      ['place.start + place.limit - 1', 'place.start + place.limit'],
    ],
  },
  'a walk of several pages is repeated': {
    file: `${folder}/catch-up.ts`,
    changes: [['passes < maxPasses', 'passes < 1']],
  },
  'an older page overwrites nothing': {
    file: 'store/sqlite/contact-index.ts',
    changes: [['known.seen > stamp', 'known.seen > Number.POSITIVE_INFINITY']],
  },
  'the first catch-up goes back to the beginning of the fill': {
    file: `${folder}/tend.ts`,
    changes: [['caughtUpAt: startedAt', 'caughtUpAt: Math.floor(gate.serverTime().earliest)']],
  },
  'a catch-up goes back a minute further': {
    file: `${folder}/catch-up.ts`,
    changes: [['export const showLagSeconds = 60;', 'export const showLagSeconds = 2;']],
  },
  'a version can still change while changes may be late': {
    file: `${folder}/taker.ts`,
    changes: [['settledBefore: at - showLagSeconds', 'settledBefore: at - 2']],
  },
  'a catch-up walks by id too': {
    file: `${folder}/catch-up.ts`,
    changes: [["read('id desc', place)", "read('updated_at desc', place)"]],
  },
  'only a finished walk by id moves its mark': {
    file: `${folder}/contact-directory.ts`,
    changes: [
      [
        '{ stamp: index.stamp(), addsOnly: true }));',
        '{ stamp: index.stamp(), addsOnly: true }));\nindex.save({ ...index.state(), topId: Math.max(index.state().topId, contact.id) });',
      ],
    ],
  },
  'what contacts have lost is put last': {
    file: `${folder}/taker.ts`,
    changes: [['index.put(contacts, { ...how, addsOnly: true })', 'index.put(contacts, how)']],
  },
  'what the service writes is noted': {
    file: `${folder}/contact-directory.ts`,
    changes: [['work === undefined || desk.isLost()', 'index !== undefined']],
  },
};

/** One that counts when the process ends in the middle. */
export const climbCut: Cut = {
  file: `${folder}/catch-up.ts`,
  changes: [['Math.min(at, known + showLagSeconds)', 'at']],
};

/** Safeguards of mending, which random histories are too short for. */
export const mendingCuts: Record<string, Cut> = {
  'what a read by ids does not show is read once more': {
    file: onceMore,
    changes: [['missing().length > 0', 'missing().length < 0']],
  },
  'what mending has not met is read by id': {
    file: `${folder}/scan.ts`,
    changes: [['new Set(page.contacts.map(({ id }) => id))', 'new Set()']],
  },
  'what is merged is known before it is dropped': {
    file: `${folder}/scan.ts`,
    changes: [['    await catchUp();\n', '']],
  },
};
