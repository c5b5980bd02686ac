import t from 'tap';
import { createDirectory, type DirectoryOptions, refreshEveryMs } from '../../../src/amocrm/directories/directory.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { systemClock } from '../../../src/clock.ts';
import { verbatim } from '../../../src/messages/message.ts';

interface Named {
  id: number;
  name: string;
  code?: string;
  archived?: true;
}

/** A directory of pipelines, with the list that amoCRM has, the readings so far, and a clock of its own, by which a reading takes 1 ms. */
function startDirectory(listed: Named[], options: Partial<DirectoryOptions<Named>> = {}) {
  const state = { listed, readings: 0, now: 1_000_000, fails: false };
  const operation = startOperation('bot', 1_000, []);
  t.teardown(() => operation.end());
  const directory = createDirectory<Named>({
    async load() {
      state.readings += 1;
      state.now += 1;
      if (state.fails) throw new Error('amoCRM is away');
      return [...state.listed];
    },
    known: [],
    namings: [({ name, archived }) => (archived ? undefined : name), ({ code }) => code, ({ name }) => name],
    spellings: ({ name }) => [name],
    idOf: ({ id }) => id,
    isSame: (a, b) => a.id === b.id,
    words: { unknown: verbatim('There is no pipeline'), ambiguous: verbatim('Several pipelines are named') },
    ttlMs: 900_000,
    deadlineMs: 1_000,
    clock: { now: () => state.now, after: systemClock.after },
    ...options,
  });
  const find = async (key: string) => {
    const found = await directory.find(key, operation);
    return 'thing' in found ? found.thing.id : found.message.en;
  };
  return { state, find, directory, operation };
}

t.test('the first kind of name that matches decides', async (t) => {
  const { find } = startDirectory([
    { id: 1, name: 'Продажи', archived: true },
    { id: 2, name: 'продажи ' },
    { id: 3, name: 'Сервис', code: 'Продажи' },
    { id: 4, name: 'Архив', archived: true },
  ]);
  t.equal(await find(' ПРОДАЖИ'), 2, 'a live one before a code before an archived one');
  t.equal(await find('архив'), 4);
});

t.test('two of one name are ambiguous, the same one named twice is not', async (t) => {
  const { find } = startDirectory([
    { id: 1, name: 'A' },
    { id: 2, name: 'a' },
    { id: 3, name: 'B' },
    { id: 3, name: 'b' },
  ]);
  t.equal(await find('A'), 'Several pipelines are named "A"; use an id: 1, 2');
  t.equal(await find('B'), 3);
});

t.test('what is known without amoCRM comes first, and needs no reading', async (t) => {
  const listed = [{ id: 1, name: 'Звонок' }];
  const known = [
    [{ id: 7, name: 'Звонок' }],
    [
      { id: 8, name: 'Звонок' },
      { id: 9, name: 'Встреча' },
    ],
  ];
  const { find, state } = startDirectory(listed, { known });
  t.strictSame([await find('звонок'), await find('Встреча'), state.readings], [7, 9, 0]);
});

t.test('a stranger has the list read once more, others within 30 s of him do not', async (t) => {
  const { find, state } = startDirectory([{ id: 1, name: 'A' }]);
  t.equal(await find('A'), 1);
  state.now += 5_000;
  state.listed.push({ id: 2, name: 'B' });
  t.strictSame([await find('B'), state.readings], [2, 2], 'the first reading does not count');
  state.listed.push({ id: 3, name: 'C' });
  state.now += refreshEveryMs - 2;
  t.match([await find('C'), state.readings], [/no pipeline "C"/, 2]);
  state.now += 1;
  t.strictSame([await find('C'), state.readings], [3, 3]);
});

t.test('strangers who come at once share one reading', async (t) => {
  const { find, state } = startDirectory([{ id: 1, name: 'A' }]);
  await find('A');
  await Promise.all(['X', 'Y', 'Z'].map(find));
  t.equal(state.readings, 2);
});

t.test('a reading that failed is made again by the next stranger', async (t) => {
  const { find, state } = startDirectory([{ id: 1, name: 'A' }]);
  await find('A');
  state.fails = true;
  await t.rejects(find('B'), { message: 'amoCRM is away' });
  state.fails = false;
  state.listed.push({ id: 2, name: 'B' });
  t.equal(await find('B'), 2);
});

t.test('a stranger is told the names that read most like it, else some that there are', async (t) => {
  const { find } = startDirectory([
    { id: 1, name: 'Продажи' },
    { id: 2, name: 'Сервис' },
  ]);
  t.equal(await find('Продажа'), 'There is no pipeline "Продажа"; did you mean "Продажи"?');
  t.equal(await find('xyz'), 'There is no pipeline "xyz"; there are "Продажи", "Сервис"');
  t.match(await find(''), 'There is no pipeline ""');
});

t.test('a refusal has the list read again, and an unknown name once more at once', async (t) => {
  const refusal = { at: Number.NEGATIVE_INFINITY };
  const { state, find } = startDirectory([{ id: 1, name: 'A' }], { refusedAt: () => refusal.at });
  t.equal(await find('A'), 1);
  state.now += 1_000;
  refusal.at = state.now;
  state.now += 1;
  t.equal(await find('A'), 1);
  t.equal(state.readings, 2);
  state.listed.push({ id: 2, name: 'B' });
  t.equal(await find('B'), 2, 'made after the reading that the refusal asked for');
});

t.test('a reading after a refusal counts once it has come', async (t) => {
  const refusal = { at: Number.NEGATIVE_INFINITY };
  const { state, find } = startDirectory([{ id: 1, name: 'A' }], { refusedAt: () => refusal.at });
  t.equal(await find('A'), 1);
  state.now += 1_000;
  refusal.at = state.now;
  state.listed = [{ id: 2, name: 'A' }];
  state.fails = true;
  state.now += 1;
  await t.rejects(find('A'), { message: 'amoCRM is away' });
  state.fails = false;
  state.now += 1;
  t.equal(await find('A'), 2);
});
