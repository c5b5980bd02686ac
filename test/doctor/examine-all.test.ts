import t from 'tap';
import { ok } from '../../src/doctor/check.ts';
import { examineAll } from '../../src/doctor/examine-all.ts';
import { verbatim } from '../../src/messages/message.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';

const facts = { path: '/data', fault: undefined, open: [], freeShare: 0.5, freeBytes: 2 ** 40, bytes: 0 };
const ids = Array.from({ length: 15 }, (_, index) => `account-${index}`);

t.test('accounts that do not answer take no more than their time, and keep no other from being told', async (t) => {
  const clock = createFakeClock();
  const asked: string[] = [];
  const silent = new Set(['account-3', 'account-12']);
  const examining = examineAll({
    ids,
    namesAccounts: true,
    examine(id) {
      asked.push(id);
      return silent.has(id) ? new Promise(() => {}) : Promise.resolve([{ id: 'account', ...ok(verbatim(id)) }]);
    },
    inspect: async () => facts,
    database: undefined,
    strays: [],
    clock,
  });
  await clock.advance(41_000);
  const { checks, status } = await examining;
  t.equal(status, 'warn');
  t.strictSame(asked.toSorted(), ids.toSorted());
  const accounts = checks.filter(({ id }) => id === 'account');
  t.strictSame(
    accounts.map(({ account }) => account),
    ids,
    'in order',
  );
  for (const { account = '', status, detail } of accounts) {
    if (silent.has(account)) t.match([status, detail.en], ['warn', /no time left/]);
    else t.match([status, detail.en], ['ok', account]);
  }
});

t.test('at most ten are looked at at once, and after the time none', async (t) => {
  const clock = createFakeClock();
  let begun = 0;
  const examining = examineAll({
    ids,
    namesAccounts: false,
    examine() {
      begun += 1;
      return new Promise(() => {});
    },
    inspect: async () => facts,
    database: undefined,
    strays: [],
    clock,
  });
  await clock.advance(41_000);
  t.equal((await examining).checks.filter(({ id }) => id === 'account').length, ids.length);
  t.equal(begun, 10);
});
