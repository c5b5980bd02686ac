import t from 'tap';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import type { WriteBody } from '../../../src/amocrm/operation/write-log.ts';
import { matchKinds } from '../../../src/amocrm/writes/kinds.ts';
import type { OpenCreate } from '../../../src/amocrm/writes/open-creates.ts';

function create(body: WriteBody): OpenCreate {
  return { body, before: [], from: 0, isOnWire: false };
}

/** Entities, and how often their names have been looked at. */
function entities(names: readonly string[]) {
  const looks = { count: 0 };
  const list = names.map((name, index) => ({
    id: index + 1,
    get name() {
      looks.count += 1;
      return name;
    },
  }));
  return { list, looks };
}

t.test('an entity is compared once with creates that are equal, and not with those of another name', async (t) => {
  const equal = Array.from({ length: 1_000 }, () => create({ name: 'Заявка' }));
  const others = Array.from({ length: 1_000 }, (_, index) => create({ name: `Иная ${index}` }));
  const { list, looks } = entities(Array.from({ length: 4_000 }, () => 'Заявка'));
  const matches = await matchKinds(contacts, [...equal, ...others], list);
  t.equal(matches.length, 4_000);
  t.equal(matches[0]?.kind.creates.length, 1_000);
  t.ok(looks.count <= 4 * 4_000, `${looks.count} looks`);
});

t.test('very many comparisons leave others their turn', async (t) => {
  const creates = Array.from({ length: 500 }, (_, index) => create({ name: 'Заявка', first_name: `${index}` }));
  const { list } = entities(Array.from({ length: 100 }, () => 'Заявка'));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await matchKinds(contacts, creates, list);
  isOver = true;
  t.ok(turns >= 20, `${turns} turns`);
});

t.test('an entity goes to the create that says more of it', async (t) => {
  const creates = [
    create({ name: 'Анна' }),
    create({ name: 'Анна', first_name: 'Анна' }),
    create({ first_name: 'Анна' }),
  ];
  const list = [{ id: 1, name: ' Анна ', first_name: 'Анна' }];
  const matches = await matchKinds(contacts, creates, list);
  t.same(
    matches.map(({ kind }) => kind.creates[0]?.body),
    [{ name: 'Анна', first_name: 'Анна' }, { first_name: 'Анна' }, { name: 'Анна' }],
  );
});
