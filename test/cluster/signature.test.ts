import t from 'tap';
import { createGoodOnce } from '../../src/cluster/good-once.ts';
import { createSignature } from '../../src/cluster/signature.ts';

const request = {
  to: 'a',
  method: 'POST',
  url: '/steps/x',
  host: 'localhost',
  account: 'default',
  caller: 'bot',
  scope: 'all',
  headers: 'h',
  digest: 'd',
} as const;

t.test('what was signed is believed once, for thirty seconds, with any of the keys', async (t) => {
  let now = 1_800_000_000_000;
  const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const sender = createSignature([old], () => now);
  const receiver = createSignature([fresh, old], () => now);
  const [word, later] = [sender.sign(request), sender.sign(request)];
  t.not(word, later);
  t.match(receiver.verify(word), request);
  t.equal(receiver.verify(word), undefined);
  t.equal(sender.verify(receiver.sign(request)), undefined);
  now += 30_000;
  t.equal(receiver.verify(word), undefined);
  t.match(receiver.verify(later), request);
  now += 1;
  t.equal(receiver.verify(sender.sign(request)) === undefined, false);
  t.equal(receiver.verify(word), undefined, 'too old');
  now -= 20_000;
  t.equal(receiver.verify(word), undefined, 'a clock that is set back brings nothing back');
});

t.test('a word of a replica of another version, which says less, is not believed', async (t) => {
  const signature = createSignature([Buffer.alloc(32, 1)], () => 1_800_000_000_000);
  const less: object = { to: undefined };
  t.equal(signature.verify(signature.sign({ ...request, ...less })), undefined);
});

t.test('a word of a later release, which says more, is believed', async (t) => {
  const signature = createSignature([Buffer.alloc(32, 1)], () => 1_800_000_000_000);
  const more: object = { leftMs: 5000, more: 'than is known' };
  t.match(signature.verify(signature.sign({ ...request, ...more })), { leftMs: 5000 });
});

t.test('of too many words the oldest are forgotten, and none as old is believed any more', async (t) => {
  const isGood = createGoodOnce({ skewMs: 1000, most: 3 });
  for (const [word, at] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
  ] as const) {
    t.equal(isGood(word, at, 10), true, word);
  }
  for (const [word, at] of [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
    ['as old as a', 1],
  ] as const) {
    t.equal(isGood(word, at, 10), false, word);
  }
  t.equal(isGood('e', 5, 10), true);
  t.equal(isGood('f', 4, 10), true, 'of the same time as one that is remembered');
  for (const [word, at] of [
    ['late', 2],
    ['g', 3],
  ] as const)
    t.equal(isGood(word, at, 10), false, word);
});
