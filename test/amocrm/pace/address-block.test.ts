import t from 'tap';
import type { OutcomeKind } from '../../../src/amocrm/client/kind-of.ts';
import { createAddressBlock } from '../../../src/amocrm/pace/address-block.ts';
import { createBreaker } from '../../../src/amocrm/pace/breaker.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

const second = 1000;

/** The breakers of some accounts of one process. */
function setUp(...ids: string[]) {
  const clock = createFakeClock();
  const changes: boolean[] = [];
  const address = createAddressBlock({ clock, onChange: (isBlocked) => changes.push(isBlocked) });
  const probes: { id: string; at: number }[] = [];
  const refused: string[] = [];
  const answers = new Map<string, OutcomeKind>();
  const started = clock.now();
  const open = (id: string) => {
    const breaker = createBreaker({
      clock,
      address,
      memory: { load: () => undefined, save() {} },
      async probe() {
        probes.push({ id, at: (clock.now() - started) / second });
        const answer = answers.get(id) ?? 'blocked';
        breaker.observe(answer);
        return answer;
      },
      onChange() {},
      onAddressBlock: () => refused.push(id),
    });
    return breaker;
  };
  const breakers = Object.fromEntries(ids.map((id) => [id, open(id)]));
  const of = (id: string) => {
    const breaker = breakers[id];
    if (breaker === undefined) throw new Error(id);
    return breaker;
  };
  return { clock, changes, probes, refused, answers, of, open };
}

t.test('three accounts blocked within a minute: one probe of one account every 30 s, nothing else', async (t) => {
  const { clock, changes, probes, refused, answers, of } = setUp('a', 'b', 'c', 'free');
  of('a').observe('blocked');
  await clock.advance(10 * second);
  of('b').observe('blocked');
  t.equal(of('free').refusal(), undefined, 'two may be a coincidence');
  await clock.advance(10 * second);
  of('c').observe('blocked');
  t.strictSame(changes, [true]);
  t.strictSame(refused.toSorted(), ['a', 'b', 'c', 'free']);
  for (const id of refused) t.match(of(id).refusal(), { code: 'AMOCRM_UNAVAILABLE', retryAfter: 30 }, id);
  t.equal(of('free').state, 'blocked');
  await clock.advance(121 * second);
  t.strictSame(probes, [
    { id: 'free', at: 50 },
    { id: 'a', at: 80 },
    { id: 'b', at: 110 },
    { id: 'c', at: 140 },
  ]);
  answers.set('free', 'ok');
  await clock.advance(29 * second);
  t.strictSame(changes, [true, false]);
  t.equal(probes.length, 5);
  t.equal(of('free').refusal(), undefined);
  t.match(of('a').refusal(), { code: 'AMOCRM_UNAVAILABLE' }, 'its own block may last');
  answers.set('a', 'ok').set('b', 'ok').set('c', 'ok');
  await clock.advance(30 * second);
  for (const id of ['a', 'b', 'c']) t.equal(of(id).refusal(), undefined, id);
});

t.test(
  'one account that is blocked again and again, or three in more than a minute, are no block of the address',
  async (t) => {
    const { clock, changes, of } = setUp('a', 'b', 'c');
    for (let index = 0; index < 5; index += 1) of('a').observe('blocked');
    t.strictSame(changes, []);
    const { clock: slow, changes: none, of: at, answers } = setUp('a', 'b', 'c');
    for (const id of ['a', 'b', 'c']) {
      answers.set(id, 'ok');
      at(id).observe('blocked');
      await slow.advance(31 * second);
    }
    t.strictSame(none, []);
    await clock.advance(second);
  },
);

t.test('what stops no call, or says nothing of the address, does not lift it', async (t) => {
  const { clock, changes, answers, of, open } = setUp('a', 'b', 'c');
  for (const id of ['a', 'b', 'c']) of(id).observe('blocked');
  answers.set('a', 'not-sent');
  of('b').observe('ok');
  await clock.advance(30 * second);
  t.strictSame(changes, [true]);
  for (const id of ['a', 'b', 'c']) of(id).stop();
  await clock.advance(90 * second);
  t.equal(clock.timers, 0, 'nobody is there to be probed');
  const late = open('late');
  t.match(late.refusal(), { code: 'AMOCRM_UNAVAILABLE' });
  answers.set('late', 'ok');
  await clock.advance(30 * second);
  t.equal(late.refusal(), undefined);
  t.strictSame(changes, [true, false]);
});

t.test('blocks that last are no news: their own probes make none of the address', async (t) => {
  const { clock, changes, of } = setUp('a', 'b', 'c', 'free');
  of('a').observe('blocked');
  await clock.advance(240 * second);
  of('b').observe('blocked');
  await clock.advance(240 * second);
  of('c').observe('blocked');
  await clock.advance(600 * second);
  t.strictSame(changes, []);
  t.equal(of('free').refusal(), undefined);
});
