import t from 'tap';
import type { OutcomeKind } from '../../../src/amocrm/client/kind-of.ts';
import { type BreakerState, createBreaker } from '../../../src/amocrm/pace/breaker.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

function setUp({ remembered }: { remembered?: { state: BreakerState; probeAt: number } } = {}) {
  const clock = createFakeClock();
  const probes: number[] = [];
  const changes: string[] = [];
  const saved: BreakerState[] = [];
  const world: { answer: OutcomeKind } = { answer: 'blocked' };
  const breaker = createBreaker({
    clock,
    memory: { load: () => remembered, save: (state) => void saved.push(state) },
    probe: async () => {
      probes.push(clock.now());
      return world.answer;
    },
    onChange: (state, reason) => void changes.push(`${state}: ${reason}`),
    onAddressBlock() {},
  });
  return { clock, probes, changes, saved, world, breaker };
}

t.test('a block stops everything; one probe every 30 s, and work resumes when it is lifted', async (t) => {
  const { clock, probes, changes, saved, world, breaker } = setUp();
  breaker.observe('blocked');
  t.match(breaker.refusal(), { code: 'AMOCRM_UNAVAILABLE', retryAfter: 30 });
  await clock.advance(61_000);
  t.equal(probes.length, 2);
  world.answer = 'ok';
  await clock.advance(30_000);
  t.equal(breaker.refusal(), undefined);
  t.same(changes, ['blocked: blocked', 'closed: ok'], 'told once for each change');
  t.same([saved[0], saved.at(-1)], ['blocked', 'closed']);
});

t.test('five failures in a row to reach amoCRM open it, four and a success do not', async (t) => {
  const { breaker } = setUp();
  for (const kind of [
    'timeout',
    'failed',
    'not-sent',
    'dropped',
    'ok',
    'timeout',
    'failed',
    'not-sent',
    'dropped',
  ] as const) {
    breaker.observe(kind);
  }
  t.equal(breaker.refusal(), undefined);
  breaker.observe('gateway-timeout');
  t.match(breaker.refusal(), { code: 'AMOCRM_UNAVAILABLE', retryAfter: 5 });
});

t.test('while it is open what has opened it is told, then what the last probe met', async (t) => {
  const { clock, world, breaker } = setUp();
  for (let times = 0; times < 5; times += 1) breaker.observe('failed');
  t.match(breaker.refusal()?.message, /^amoCRM failed; /);
  world.answer = 'not-sent';
  await clock.advance(5_000);
  t.match(breaker.refusal()?.message, /^amoCRM cannot be reached; /);
  const after = setUp({ remembered: { state: 'unreachable', probeAt: Date.now() + 60_000 } });
  t.match(after.breaker.refusal()?.message, /^amoCRM cannot be reached; /, 'nobody knows any more');
});

t.test('probes of an unreachable amoCRM grow from 5 s to 60 s', async (t) => {
  const { clock, probes, world, breaker } = setUp();
  world.answer = 'not-sent';
  const started = clock.now();
  for (let index = 0; index < 5; index += 1) breaker.observe('not-sent');
  await clock.advance(300_000);
  const gaps = probes.map((at, index) => Math.round((at - (probes[index - 1] ?? started)) / 1000));
  t.same(gaps, [5, 10, 20, 40, 60, 60, 60]);
});

t.test('a late success of a call under way closes an unreachable breaker, not a block', async (t) => {
  const { breaker } = setUp();
  for (let index = 0; index < 5; index += 1) breaker.observe('timeout');
  breaker.observe('ok');
  t.equal(breaker.state, 'closed');
  breaker.observe('blocked');
  breaker.observe('ok');
  t.equal(breaker.state, 'blocked');
});

for (const [kind, code] of [
  ['unauthorized', 'AMOCRM_UNAUTHORIZED'],
  ['unpaid', 'AMOCRM_PAYMENT_REQUIRED'],
] as const) {
  t.test(`after ${kind} calls fail by the same code for five seconds`, async (t) => {
    const { clock, breaker } = setUp();
    breaker.observe(kind);
    t.match(breaker.refusal(), { code });
    await clock.advance(5_001);
    t.equal(breaker.refusal(), undefined);
  });
}

t.test('a JSON 403 is a matter of its own call', async (t) => {
  const { breaker } = setUp();
  for (let index = 0; index < 9; index += 1) breaker.observe('forbidden');
  t.equal(breaker.refusal(), undefined);
});

t.test('a process that starts during a block does not knock before the time', async (t) => {
  const probeAt = createFakeClock().wall() + 12_000;
  const { clock, probes, breaker } = setUp({ remembered: { state: 'blocked', probeAt } });
  t.match(breaker.refusal(), { code: 'AMOCRM_UNAVAILABLE', retryAfter: 12 });
  await clock.advance(11_900);
  t.equal(probes.length, 0);
  await clock.advance(200);
  t.equal(probes.length, 1);
});

t.test('a probe remembered from before the clock was set back comes after a minute at most', async (t) => {
  const probeAt = createFakeClock().wall() + 3_600_000;
  const { clock, probes, breaker } = setUp({ remembered: { state: 'unreachable', probeAt } });
  t.match(breaker.refusal(), { retryAfter: 60 });
  await clock.advance(60_001);
  t.equal(probes.length, 1);
});

t.test('once stopped it probes no more, and what the next process reads stays as it is', async (t) => {
  const { clock, probes, saved, world, breaker } = setUp();
  breaker.observe('blocked');
  await clock.advance(30_000);
  t.equal(probes.length, 1);
  world.answer = 'ok';
  breaker.stop();
  breaker.observe('ok');
  await clock.advance(300_000);
  t.equal(probes.length, 1);
  t.equal(saved.at(-1), 'blocked');
});
