import t from 'tap';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import { silentObserver } from '../../../src/amocrm/wire/observer.ts';
import type { Sighting } from '../../../src/amocrm/writes/assign.ts';
import { createClaims } from '../../../src/amocrm/writes/claims.ts';
import { createOpenCreates, type OpenCreate } from '../../../src/amocrm/writes/open-creates.ts';
import { createReconciler } from '../../../src/amocrm/writes/reconcile.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

/** Who gets which entity: the first sent at second 100, ours unless said otherwise. */

const us = 7;
const somebody = 8;
const clock = createFakeClock();
/** Contacts are in none. */
const dictionaries = { look: async () => new Map<never, Sighting>() };

interface Row {
  id: number;
  name?: string;
  created_at?: number;
  created_by?: number;
  first_name?: string;
}

function create(more: Partial<OpenCreate> = {}): OpenCreate {
  return { body: { name: 'Заявка' }, before: [], from: 100, isOnWire: false, ...more };
}

/** A reconciler before an account that holds these contacts. */
function open(rows: readonly Row[]) {
  const claims = createClaims({ add: async () => {} }, clock);
  const openCreates = createOpenCreates(() => 100);
  const held = rows.map((row) => ({ name: 'Заявка', created_at: 100, created_by: us, ...row }));
  const newestFirst = held.toSorted((a, b) => b.id - a.id);
  const reconciler = createReconciler({
    read: async () => ({ _embedded: { contacts: newestFirst } }),
    userId: async () => us,
    claims,
    openCreates,
    dictionaries,
    observer: silentObserver,
    clock,
  });
  async function look(...creates: OpenCreate[]): Promise<(Sighting | undefined)[]> {
    const sightings = await reconciler.look(contacts, creates, { ms: 1000 });
    return creates.map((each) => sightings?.get(each));
  }
  return { ...reconciler, look };
}

t.test('what was made in its window, by us and as it was sent, is found', async (t) => {
  t.strictSame(await open([{ id: 1 }]).look(create()), [{ id: 1 }]);
  t.strictSame(await open([{ id: 1, created_at: 95 }]).look(create()), [{ id: 1 }], 'five seconds of slack');
  t.strictSame(await open([{ id: 1, created_at: 700 }]).look(create()), [{ id: 1 }], 'however late');
});

for (const [what, row] of Object.entries<Row>({
  'what was there before': { id: 1, created_at: 94 },
  'what somebody else has made': { id: 1, created_by: somebody },
  'what has another name': { id: 1, name: 'Иная' },
})) {
  t.test(`${what} is not ours`, async (t) => t.strictSame(await open([row]).look(create()), ['absent']));
}

t.test('equal creates get one each, the last sent first, and the rest is absent', async (t) => {
  const [first, second, third] = [create(), create({ from: 110 }), create({ from: 120 })];
  const { look } = open([
    { id: 1, created_at: 111 },
    { id: 2, created_at: 101 },
  ]);
  t.strictSame(await look(first, second, third), [{ id: 2 }, { id: 1 }, 'absent']);
});

t.test('an entity goes to the create that says more of it', async (t) => {
  const full = create({ body: { name: 'Заявка', first_name: 'Пётр' } });
  const { look } = open([{ id: 1, first_name: 'Пётр' }, { id: 2 }]);
  t.strictSame(await look(create(), full), [{ id: 2 }, { id: 1 }]);
});

t.test('of more than were sent none can be called ours', async (t) => {
  t.strictSame(await open([{ id: 1 }, { id: 2 }]).look(create()), ['too-many']);
});

t.test('what an answer has named is nobody else’s', async (t) => {
  const { look, claim } = open([{ id: 1 }, { id: 2 }]);
  t.equal(claim('contacts', 1, undefined), true);
  t.equal(claim('contacts', 1, undefined), false, 'nor a second time');
  t.strictSame(await look(create()), [{ id: 2 }]);
  t.strictSame(await look(create()), ['absent'], 'what a look has found is named, too');
});

t.test('what an equal call on the wire may own waits for its end', async (t) => {
  const { look, track } = open([{ id: 1, created_at: 121 }]);
  const other = create({ from: 120, isOnWire: true });
  const untrack = track('contacts', other);
  t.strictSame(await look(create()), ['wait']);
  untrack();
  t.strictSame(await look(create()), [{ id: 1 }]);
});

t.test('what was made before an equal call set out is not of that', async (t) => {
  const { look, track } = open([{ id: 1, created_at: 101 }]);
  track('contacts', create({ from: 120, isOnWire: true }));
  t.strictSame(await look(create()), [{ id: 1 }]);
});

t.test('another open create that nobody looks for now counts among those that were sent', async (t) => {
  const { look, track } = open([{ id: 1 }, { id: 2 }]);
  track('contacts', create());
  t.match(await look(create()), [{ id: Number }]);
});

t.test('a look that could not be made says nothing', async (t) => {
  const reconciler = createReconciler({
    read: async () => {
      throw new Error('refused');
    },
    userId: async () => us,
    claims: createClaims({ add: async () => {} }, clock),
    openCreates: createOpenCreates(() => 100),
    dictionaries,
    observer: silentObserver,
    clock,
  });
  t.equal(await reconciler.look(contacts, [create()], { ms: 1000 }), undefined);
});
