import t from 'tap';
import type { Outcome } from '../../../src/amocrm/client/client.ts';
import { contactIndexFile, openContactIndex } from '../../../src/store/sqlite/contact-index-file.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { createModelAccount, type ModelAccount } from './model-account.ts';
import { climbCut } from './model-cuts.ts';
import { programWithout, wholeProgram } from './model-program.ts';
import type { Program } from './model-service.ts';
import { isPaced, type ScanningOptions, startScanning } from './scan-service.ts';

const whole = await wholeProgram();
const phoneOf = (number: number) => `7900${String(number).padStart(7, '0')}`;
/** Contacts on a page. */
const pageSize = 11;
/** Pages of a catch-up that may go out at once, of both orders. */
const unpaced = 12;

type Given = Pick<ScanningOptions, 'fault' | 'onLost'> & { program?: Program };
type Test = Pick<typeof t, 'teardown' | 'testdir' | 'fail'>;

/** An account whose contacts are known by one phone each, and the service, which has read them all. */
async function open(t: Test, howMany: number, { program = whole, ...rest }: Given = {}) {
  const clock = createFakeClock();
  const account = createModelAccount(clock, () => 40);
  for (let number = 0; number < howMany; number += 1) account.add([phoneOf(number)], account.seconds() - 86_400);
  const file = contactIndexFile(t.testdir());
  const start = () => {
    const index = openContactIndex({ file, account: 'https://model', onUnusable: t.fail });
    const service = startScanning(program, { clock, account, index, pageSize, ...rest });
    t.teardown(service.stop);
    return service;
  };
  const service = start();
  await service.fill();
  await service.until(() => service.catchUps.length > 0);
  await clock.advance(2_000);
  return { clock, account, service, start };
}

/** Others change them all, and the last one is now known by another phone. */
function changeAll(account: ModelAccount, phone: string): void {
  const { size } = account.contacts;
  for (let place = 0; place < size; place += 1) account.change(place, () => {});
  account.change(0, ({ phones }) => void phones.splice(0, phones.length, phone));
}

const pagesOf = ({ calls }: ReturnType<typeof startScanning>) =>
  calls.filter(({ query }) => /^order\[(id|updated_at)\]=desc/.test(query));
/** The place in the list of the last first contact of a page. */
const deepest = (service: ReturnType<typeof startScanning>) =>
  Math.max(
    ...pagesOf(service).map(({ query }) => {
      const { limit, page } = /limit=(?<limit>\d+)&page=(?<page>\d+)/.exec(query)?.groups ?? {};
      return (Number(page) - 1) * Number(limit);
    }),
  );
const ownCalls = ({ calls }: ReturnType<typeof startScanning>) =>
  calls.filter(({ query }) => /query=|filter\[id\]/.test(query));

t.test('after a mass edit a crowd that cannot be served in time is refused, and the catch-up goes on', async (t) => {
  const { clock, account, service } = await open(t, 900);
  changeAll(account, phoneOf(5000));
  const [begun, own, catchUps] = [clock.now(), ownCalls(service).length, service.catchUps.length];
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set(['OVERLOADED']));
  t.ok(clock.now() - begun < 15_000, `refused after ${clock.now() - begun} ms`);
  t.equal(ownCalls(service).length, own, 'before its first call');
  const again = clock.now();
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set(['OVERLOADED']));
  t.ok(clock.now() - again < 1_000, 'the next one at once');
  await service.until(() => service.catchUps.length > catchUps);
  t.match(service.catchUps.at(-1), { result: 'done' });
  // What was younger than a minute is read once more.
  await service.until(() => service.catchUps.length > catchUps + 1);
  await clock.advance(2_000);
  const pages = pagesOf(service).length;
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set([101]));
  t.ok(pagesOf(service).length - pages < 12, `${pagesOf(service).length - pages} pages more`);
});

t.test('whoever comes in a long catch-up is refused at once where the next would take too long', async (t) => {
  const { clock, account, service } = await open(t, 900);
  changeAll(account, phoneOf(5000));
  const before = pagesOf(service).length;
  await service.crowdFind(phoneOf(5000));
  // The catch-up is near its end, and the next has as much to read: all that was changed within a minute.
  await service.until(() => pagesOf(service).length > before + 90);
  const catchUps = service.catchUps.length;
  const begun = clock.now();
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set(['OVERLOADED']));
  t.equal(service.catchUps.length, catchUps, 'it is under way still');
  t.ok(clock.now() - begun < 2_000, `refused after ${clock.now() - begun} ms`);
});

t.test('after a long catch-up it is known what the next takes', async (t) => {
  const { clock, account, service } = await open(t, 900);
  changeAll(account, phoneOf(5000));
  const before = service.catchUps.length;
  await service.crowdFind(phoneOf(5000));
  await service.until(() => service.catchUps.length > before);
  const begun = clock.now();
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set(['OVERLOADED']));
  t.ok(clock.now() - begun < 2_000, `refused after ${clock.now() - begun} ms`);
  // It was refused, and the catch-up that it needed has begun all the same.
  await service.until(() => service.catchUps.length > before + 1);
  await clock.advance(1_000);
  t.strictSame(await service.crowdFind(phoneOf(5000)), new Set([101]));
});

t.test('whoever would wait in vain for what is dated ahead is refused at once', async (t) => {
  const { clock, account, service } = await open(t, 450);
  // As a program does that takes its local time for UTC.
  for (let place = 0; place < 450; place += 1) account.change(place, () => {}, -3 * 3600);
  const before = service.catchUps.length;
  await service.crowdFind(phoneOf(7));
  await service.until(() => service.catchUps.length > before);
  await clock.advance(2_000);
  const [begun, pages] = [clock.now(), pagesOf(service).length];
  t.strictSame(await service.crowdFind(phoneOf(7)), new Set(['OVERLOADED']));
  t.ok(clock.now() - begun < 2_000, `refused after ${clock.now() - begun} ms`);
  await service.until(() => service.catchUps.length > before + 1);
  t.ok(pagesOf(service).length - pages > 80, 'all of it is read twice');
});

t.test('a long catch-up leaves room: it is paced, and one who comes alone is searched for', async (t) => {
  const { account, service } = await open(t, 600);
  changeAll(account, phoneOf(5000));
  const before = pagesOf(service).length;
  const crowd = service.crowdFind(phoneOf(5000));
  await service.until(() => pagesOf(service).length > before + unpaced + 8);
  const own = ownCalls(service).length;
  t.strictSame(await service.askFor({ phone: phoneOf(7) }, 1), new Set([108]));
  t.strictSame(
    ownCalls(service)
      .slice(own)
      .map(({ query }) => query.slice(0, 6)),
    ['query='],
  );
  await crowd;
  await service.until(() => service.catchUps.length > 1);
  const paced = pagesOf(service).slice(before + unpaced);
  t.ok(paced.length > 40, `${paced.length} pages`);
  t.ok(
    isPaced(
      paced.map(({ at }) => at),
      2,
    ),
    'half of the limit at most',
  );
});

/** Nine hundred are changed while the service is down, and it ends again when it has read most of that. */
async function playCutShort(t: Test, program: Program) {
  const { clock, account, service, start } = await open(t, 900, { program });
  await service.stop();
  account.change(3, () => {});
  for (let place = 0; place < 900; place += 1) {
    if (place % 100 === 0) await clock.advance(1_000);
    account.change(place, ({ phones }) => void phones.push(phoneOf(5000 + place)));
  }
  await clock.advance(600_000);
  const first = start();
  await first.crowdFind(phoneOf(5899));
  await first.until(() => pagesOf(first).length > 75);
  await first.stop();
  const next = start();
  await next.askFor({ phone: phoneOf(0) }, 1);
  await next.until(() => next.catchUps.length > 0);
  return { first, next };
}

t.test('what a long catch-up has read is kept when the process ends', async (t) => {
  const { first, next } = await playCutShort(t, whole);
  t.match(next.catchUps, [{ result: 'done' }]);
  const [before, after] = [deepest(first), deepest(next)];
  t.ok(before >= 880 && after < 600, `down to the contact ${before}, then ${after}`);
  for (const place of [0, 450, 899]) {
    t.strictSame(await next.crowdFind(phoneOf(5000 + place)), new Set([101 + place]));
  }
});

t.test('without this it goes wrong: a climb tells no more than it knows', async (t) => {
  const { next } = await playCutShort(t, await programWithout(climbCut, t.testdir()));
  t.strictSame(await next.crowdFind(phoneOf(5450)), new Set([undefined]));
});

/** Answers that amoCRM gives to a list for a moment. */
const head = { asked: '', retryAfter: null, date: null };
const odd: Record<string, Outcome> = {
  'a 404': { kind: 'json', status: 404, body: { title: 'Not Found', status: 404, detail: 'Not found' }, ...head },
  'a 400': { kind: 'json', status: 400, body: {}, ...head },
  'a 500': { kind: 'page', status: 500, ...head },
};

for (const [what, answer] of Object.entries(odd)) {
  t.test(`${what} to a page of a catch-up is no answer to the crowd`, async (t) => {
    let left = 0;
    const fault = (query: string) => {
      if (!query.startsWith('order[updated_at]=desc') || left === 0) return undefined;
      left -= 1;
      return answer;
    };
    const { clock, service } = await open(t, 30, { fault });
    left = 4;
    t.strictSame(await service.crowdFind(phoneOf(7)), new Set([108]));
    t.equal(left, 0);
    await clock.advance(5_000);
    left = Number.POSITIVE_INFINITY;
    t.strictSame(await service.crowdFind(phoneOf(7)), new Set(['AMOCRM_ERROR']), 'it is when it stays');
  });
}

t.test('a crowd learns at once that amoCRM has put off a catch-up for longer than it can wait', async (t) => {
  let left = 0;
  const later: Outcome = { kind: 'json', status: 429, body: {}, ...head, retryAfter: '50' };
  const fault = (query: string) => {
    if (!query.startsWith('order[id]=desc') || left === 0) return undefined;
    left -= 1;
    return later;
  };
  const { clock, service } = await open(t, 30, { fault });
  left = 1;
  const begun = clock.now();
  t.strictSame(await service.crowdFind(phoneOf(7)), new Set(['OVERLOADED']));
  t.ok(clock.now() - begun < 4_000, `refused after ${clock.now() - begun} ms`);
  await clock.advance(60_000);
  t.strictSame(await service.crowdFind(phoneOf(7)), new Set([108]));
});

/** A service that is told so many times that there are no contacts; its index, and what a crowd is told meanwhile. */
async function playEmpty(t: Test, howOften: number) {
  let left = 0;
  const empty: Outcome = { kind: 'json', status: 204, body: undefined, ...head };
  const fault = (query: string) => {
    if (!/^order\[(id|updated_at)\]=desc/.test(query) || left === 0) return undefined;
    left -= 1;
    return empty;
  };
  const lost: unknown[] = [];
  const { account, service } = await open(t, 30, { fault, onLost: (reason) => lost.push(reason) });
  account.change(3, ({ phones }) => void phones.splice(0, phones.length, phoneOf(5000)));
  left = howOften;
  const told = await service.crowdFind(phoneOf(5000));
  return { told, lost, service };
}

t.test('an empty list for a moment does not hide what has changed', async (t) => {
  const { told, lost } = await playEmpty(t, 2);
  t.strictSame(told, new Set([104]));
  t.strictSame(lost, []);
});

t.test('an account that shows no contact any more is read anew', async (t) => {
  const { told, lost, service } = await playEmpty(t, 4);
  t.strictSame(told, new Set([104]), 'by searches meanwhile');
  t.match(lost, [{ message: /no contact any more/ }]);
  await service.until(() => service.status().isComplete);
  t.equal(service.status().contacts, 30);
});

t.test('what was changed in one second is read once when a minute has passed', async (t) => {
  const { clock, account, service, start } = await open(t, 450);
  await service.stop();
  changeAll(account, phoneOf(5000));
  await clock.advance(120_000);
  const next = start();
  await next.askFor({ phone: phoneOf(7) }, 1);
  await next.until(() => next.catchUps.length > 0);
  t.ok(pagesOf(next).length < 90, `${pagesOf(next).length} pages`);
  t.strictSame(await next.crowdFind(phoneOf(5000)), new Set([101]));
});

t.test('a service that starts with an old index catches up at once', async (t) => {
  const { clock, account, service, start } = await open(t, 30);
  await service.stop();
  await clock.advance(3_600_000);
  account.change(0, () => {});
  const next = start();
  await next.askFor({ phone: phoneOf(7) }, 1);
  await clock.advance(2_000);
  t.match(next.catchUps, [{ result: 'done' }]);
});
