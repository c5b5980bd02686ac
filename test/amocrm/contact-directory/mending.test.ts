import { cpSync } from 'node:fs';
import t from 'tap';
import type { Outcome } from '../../../src/amocrm/client/client.ts';
import { contactIndexFile, openContactIndex } from '../../../src/store/sqlite/contact-index-file.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { createModelAccount, type ModelAccount } from './model-account.ts';
import { mendingCuts } from './model-cuts.ts';
import { programWithout, wholeProgram } from './model-program.ts';
import { memoryIndex, type Program } from './model-service.ts';
import { isPaced, startScanning, weekSeconds } from './scan-service.ts';

const whole = await wholeProgram();
const phoneOf = (number: number) => `7900${String(number).padStart(7, '0')}`;
/** Until mending is due: that long, and a minute at most. */
const dueMs = 400_000;

/** An account whose contacts are known by one phone each, and the service, which has read them all nearly a week ago. */
async function open(t: { teardown(close: () => Promise<void>): void }, howMany: number, given: Given = {}) {
  const { program = whole, index = () => memoryIndex(program), ...rest } = given;
  const clock = createFakeClock();
  const account = createModelAccount(clock, () => 40);
  for (let number = 0; number < howMany; number += 1) account.add([phoneOf(number)], account.seconds() - 86_400);
  const service = startScanning(program, { clock, account, index: index(), ...rest });
  t.teardown(service.stop);
  await service.fill();
  // What is younger than a minute does not count as caught up.
  await clock.advance(200_000);
  service.age(weekSeconds - 200 - dueMs / 1_000);
  return { clock, account, service };
}

interface Given {
  program?: Program;
  freshMs?: number;
  pageSize?: number;
  fault?: (query: string) => Outcome | undefined;
  onFailed?: (reason: unknown) => void;
  index?: () => ReturnType<typeof memoryIndex>;
}

/** As a program does that writes the old date again. */
function changeUnseen(account: ModelAccount, place: number, phone: string): void {
  account.change(place, ({ phones }) => void phones.splice(0, phones.length, phone), Number.NaN);
}

t.test('all contacts are read again once a week, and what differs is counted and mended', async (t) => {
  const { clock, account, service } = await open(t, 30);
  changeUnseen(account, 3, phoneOf(500));
  const restored = account.remove(20);
  account.remove(7);
  await service.crowdFind(phoneOf(20));
  if (restored !== undefined) account.contacts.set(restored.id, restored);
  await clock.advance(dueMs - 20_000);
  t.equal(service.count('begun'), 0, 'not before a week has passed');
  await clock.advance(120_000);
  t.equal(service.count('finished'), 1);
  t.strictSame(service.mended, { missing: 1, changed: 1, gone: 1 });
  const changed = [...account.contacts.keys()][3];
  t.strictSame(await service.crowdFind(phoneOf(500)), new Set([changed]));
  t.strictSame(await service.crowdFind(phoneOf(3)), new Set([undefined]));
  t.strictSame(await service.crowdFind(phoneOf(20)), new Set([restored?.id]));
  await clock.advance(3_600_000);
  t.equal(service.count('begun'), 1, 'and not again at once');
  service.age(weekSeconds - 60);
  await clock.advance(200_000);
  t.equal(service.count('finished'), 2);
  t.strictSame(service.mended, { missing: 1, changed: 1, gone: 1 }, 'nothing differs any more');
});

t.test('mending takes a call a second at most', async (t) => {
  const { account, service } = await open(t, 700, { pageSize: 50 });
  for (let count = 0; count < 600; count += 1) account.remove(50);
  await service.until(() => service.count('finished') === 1);
  t.equal(service.mended.gone, 600);
  const [begun, finished] = service.scans.filter(({ kind }) => kind === 'mend').map(({ at }) => at);
  if (begun === undefined || finished === undefined) throw new Error('it has not mended');
  const calls = service.calls.filter(({ at }) => at >= begun && at <= finished);
  const own = calls.filter(({ query }) => /^order\[id\]=asc|filter\[id\]/.test(query)).map(({ at }) => at);
  t.ok(own.length > 4, `${own.length} calls`);
  t.ok(isPaced(own, 1), `${own}`);
  // Beside it the service catches up once a minute.
  const others = 2 * Math.ceil((finished - begun) / 60_000);
  t.ok(calls.length <= (finished - begun) / 1_000 + 2 + others, `${calls.length} calls in ${finished - begun} ms`);
});

t.test('killed in the middle of mending it goes on where it was', async (t) => {
  const directory = t.testdir({ first: {} });
  const [first, second] = [`${directory}/first`, `${directory}/second`];
  const indexOf = (place: string) =>
    openContactIndex({ file: contactIndexFile(place), account: 'https://model', onUnusable: t.fail });
  const { clock, account, service } = await open(t, 60, { index: () => indexOf(first) });
  changeUnseen(account, 2, phoneOf(500));
  changeUnseen(account, 50, phoneOf(501));
  account.remove(30);
  await service.until(() => service.scanned() > 20);
  cpSync(first, second, { recursive: true });
  t.strictSame(service.mended, { missing: 0, changed: 1, gone: 0 });

  const next = startScanning(whole, { clock, account, index: indexOf(second) });
  t.teardown(next.stop);
  await next.crowdFind(phoneOf(0));
  await next.until(() => next.count('finished') === 1);
  t.equal(next.count('begun'), 0);
  const pages = next.calls.filter(({ query }) => query.startsWith('order[id]=asc'));
  t.ok(pages.length < 12 && pages.every(({ query }) => !query.endsWith('page=1')), `${pages.length} more pages`);
  t.strictSame(next.mended, { missing: 0, changed: 1, gone: 1 });
  t.strictSame(await next.crowdFind(phoneOf(30)), new Set([undefined]));
  t.equal((await next.crowdFind(phoneOf(501))).size, 1);
});

const none = { kind: 'nothing', status: 204, asked: '', retryAfter: null, date: null } as const;

for (const isLost of [false, true]) {
  t.test(
    `a field that is made later is scanned for at once, and once${isLost ? ', though it is gone again' : ''}`,
    async (t) => {
      let isGone = false;
      const fault = (query: string) => (isGone && query === 'limit=250' ? none : undefined);
      const { clock, account, service } = await open(t, 30, { fault });
      account.fields.push({ id: 9, name: 'ВК', type: 'text', code: null });
      const fieldReads = () => service.calls.filter(({ query }) => query === 'limit=250').length;
      const before = fieldReads();
      const ask = () => service.askFor({ match_fields: { ВК: '1' } }, 12);
      const asked = ask();
      await service.until(() => fieldReads() > before);
      await clock.advance(100);
      isGone = isLost;
      await asked;
      await clock.advance(1_000);
      t.equal(service.count('begun'), 1);
      await service.until(() => service.count('finished') === 1);
      t.strictSame(await ask(), new Set([undefined]));
      await clock.advance(5_000);
      t.equal(service.count('begun'), 1);
    },
  );
}

t.test('a list of fields that is empty for a moment is read once more when a scan begins', async (t) => {
  let empty = 0;
  const fault = (query: string) => {
    if (query !== 'limit=250' || empty === 0) return undefined;
    empty -= 1;
    return none;
  };
  const { clock, account, service } = await open(t, 30, { fault });
  account.fields.push({ id: 9, name: 'ВК', type: 'text', code: null });
  const ask = () => service.askFor({ match_fields: { ВК: '1' } }, 12);
  const before = service.calls.length;
  const asked = ask();
  await service.until(() => service.calls.slice(before).some(({ query }) => query === 'limit=250'));
  await clock.advance(100);
  empty = 1;
  await asked;
  await service.until(() => service.count('finished') === 1);
  t.equal(empty, 0);
  const known = service.calls.length;
  t.strictSame(await ask(), new Set([undefined]));
  t.strictSame(
    service.calls.slice(known).filter(({ query }) => query.includes('query=')),
    [],
    'the directory knows the field',
  );
});

t.test('a field that is made later is scanned for though the list of fields cannot be read at first', async (t) => {
  const failed: unknown[] = [];
  let isBroken = false;
  const broken = { kind: 'json', status: 400, body: {}, asked: '', retryAfter: null, date: null } as const;
  const fault = (query: string) => (isBroken && query === 'limit=250' ? broken : undefined);
  const { clock, account, service } = await open(t, 30, { fault, onFailed: (reason) => failed.push(reason) });
  account.fields.push({ id: 9, name: 'ВК', type: 'text', code: null });
  const ask = () => service.askFor({ match_fields: { ВК: '1' } }, 12);
  const before = service.calls.length;
  const asked = ask();
  await service.until(() => service.calls.slice(before).some(({ query }) => query === 'limit=250'));
  await clock.advance(100);
  isBroken = true;
  await asked;
  await service.until(() => failed.length > 0);
  isBroken = false;
  // Long before all are read again anyway.
  await clock.advance(dueMs / 4);
  t.equal(service.count('finished'), 1);
  t.equal(failed.length, 1);
});

interface Played {
  told: Set<unknown>;
  right: number | undefined;
}

/** Somebody is in the bin while the walk passes his place, and there again before it ends; his id may be read falsely, once. */
async function restored(t: { teardown(close: () => Promise<void>): void }, program: Program, isDenied = false) {
  const { account, service } = await open(t, 40, { program });
  const contact = account.remove(1);
  if (contact === undefined) throw new Error('there are no contacts');
  await service.until(() => service.scanned() > 20);
  account.contacts.set(contact.id, contact);
  if (isDenied) account.deny('ids');
  await service.until(() => service.count('finished') === 1);
  return { told: await service.crowdFind(phoneOf(1)), right: contact.id };
}

/** Somebody is merged into another contact, after the last catch-up and before the walk comes to his place. */
async function merged(t: { teardown(close: () => Promise<void>): void }, program: Program) {
  const { account, service } = await open(t, 30, { program, freshMs: 20_000 });
  await service.until(() => service.count('begun') === 1);
  await service.crowdFind(phoneOf(2));
  await service.until(() => service.scanned() > 0);
  const [kept] = account.contacts.keys();
  // The walk has not come to it yet, and it is on no page of the catch-up.
  account.remove(20);
  account.change(0, ({ phones }) => void phones.push(phoneOf(20)));
  await service.until(() => service.count('finished') === 1);
  return { told: await service.crowdFind(phoneOf(20)), right: kept };
}

const cases: Record<string, (t: { teardown(close: () => Promise<void>): void }, program: Program) => Promise<Played>> =
  {
    'what a read by ids does not show is read once more': (t, program) => restored(t, program, true),
    'what mending has not met is read by id': restored,
    'what is merged is known before it is dropped': merged,
  };

for (const [name, play] of Object.entries(cases)) {
  t.test(`without this it goes wrong: ${name}`, async (t) => {
    const { told, right } = await play(t, whole);
    t.strictSame(told, new Set([right]));
    const cut = mendingCuts[name];
    if (cut === undefined) throw new Error(`no cut of the name ${name}`);
    const wrong = await play(t, await programWithout(cut, t.testdir()));
    t.strictSame(wrong.told, new Set([undefined]), 'it is told that there is none');
  });
}
