import t from 'tap';
import { createOwners } from '../../src/cluster/owners.ts';
import type { Owner } from '../../src/cluster/replica-table.ts';

function open() {
  const state: { asked: string[]; deleted: string[]; owner: Owner | undefined } = {
    asked: [],
    deleted: [],
    owner: { id: 'b', url: 'http://b' },
  };
  const table = {
    async locate(account: string) {
      state.asked.push(account);
      return state.owner;
    },
    async owners(accounts: readonly string[]) {
      state.asked.push(`all ${accounts.join()}`);
      return accounts.flatMap((account) => (state.owner === undefined ? [] : { account, ...state.owner }));
    },
    there: async (accounts: readonly string[]) => accounts.filter((account) => !state.deleted.includes(account)),
  };
  return { state, owners: createOwners(table, ({ id }) => id === 'self') };
}

t.test('an owner is asked for once, however many ask, and believed until it is forgotten', async (t) => {
  const { state, owners } = open();
  const [first, second] = await Promise.all([owners.locate('one'), owners.locate('one')]);
  t.match([first, second, await owners.locate('one')], [{ id: 'b' }, { id: 'b' }, { id: 'b' }]);
  t.strictSame(state.asked, ['one']);
  owners.forget('one');
  state.owner = { id: 'c', url: 'http://c' };
  t.match(await owners.locate('one'), { id: 'c' });
});

t.test('what is this replica’s own, or nobody’s, is asked for again', async (t) => {
  const { state, owners } = open();
  for (const owner of [{ id: 'self', url: '' }, undefined]) {
    state.owner = owner;
    t.equal(await owners.locate('one'), undefined);
  }
  t.strictSame(state.asked, ['one', 'one']);
});

t.test('who waits for an owner is told when another has the account, and only then', async (t) => {
  const { state, owners } = open();
  await owners.refresh();
  t.strictSame(state.asked, [], 'nobody waits');
  const before = { id: 'b', url: 'http://b' };
  const [waits, ended] = [owners.follow('one', before), owners.follow('one', before)];
  await owners.refresh();
  state.owner = undefined;
  await owners.refresh();
  t.equal(waits.lost.aborted, false, 'one whose lease has ended may have another soon');
  ended.end();
  state.owner = { id: 'c', url: 'http://c' };
  await owners.refresh();
  t.equal(waits.lost.aborted, true);
  t.equal(ended.lost.aborted, false);
  t.strictSame(state.asked, ['all one', 'all one', 'all one']);
  t.match(await owners.locate('one'), { id: 'c' });
});

t.test('who waits for the owner of an account is told that it was deleted', async (t) => {
  const { state, owners } = open();
  const [one, two] = ['one', 'two'].map((account) => owners.follow(account, { id: 'b', url: 'http://b' }));
  state.owner = undefined;
  state.deleted.push('one');
  await owners.refresh();
  t.equal(one?.lost.aborted, true);
  t.equal(two?.lost.aborted, false);
});
