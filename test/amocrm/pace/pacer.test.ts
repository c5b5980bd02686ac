import fc from 'fast-check';
import t from 'tap';
import { createPacer, type Pacer, type Slot, type SlotRequest } from '../../../src/amocrm/pace/pacer.ts';
import { createFakeClock, type FakeClock, settle } from '../../fixtures/fake-clock.ts';

const anyone: SlotRequest = { participant: 'anyone' };

/** The most arrivals in any window of `ms`. */
function densest(arrivals: number[], ms: number): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  return sorted.reduce(
    (most, start) => Math.max(most, sorted.filter((at) => at >= start && at < start + ms).length),
    0,
  );
}

t.test('a place is given at once when one is free, without a timer', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 7, clock });
  await Promise.all(Array.from({ length: 7 }, () => pacer.acquire(anyone)));
  t.equal(clock.timers, 0);
  t.equal(pacer.waiting, 0);
});

t.test('the eighth goes out one second after the first byte of the first answer', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 7, clock });
  const places = await Promise.all(Array.from({ length: 7 }, () => pacer.acquire(anyone)));
  let eighth: number | undefined;
  void pacer.acquire(anyone).then(() => {
    eighth = clock.now();
  });
  await clock.advance(150);
  for (const { arrived } of places) arrived();
  const answered = clock.now();
  await clock.advance(900);
  for (const { release } of places) release();
  await clock.advance(100);
  t.equal(eighth, undefined, 'not within the second');
  await clock.advance(10);
  t.ok(Number(eighth) >= answered + 1000, 'right after it');
});

/** A call's way there, its handling until the first byte of the answer is here, and the rest of it; from the last call. */
interface PlannedCall {
  waitMs: number;
  thereMs: number;
  firstByteMs: number;
  restMs: number;
  ends: 'answered' | 'without an answer';
}

const thereMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
  // A new connection, and what has been sent again.
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 3_000 }) },
);
const calls = fc.array(
  fc.record<PlannedCall>({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
    thereMs,
    firstByteMs: fc.integer({ min: 0, max: 600 }),
    restMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
    ends: fc.constantFrom('answered', 'answered', 'answered', 'without an answer'),
  }),
  { minLength: 20, maxLength: 60 },
);

/** Arrivals at amoCRM when the slots are told of theirs by `tell`. */
async function arrivalsOf(
  limit: number,
  plan: PlannedCall[],
  tell: (slot: Slot, firstByteMs: number | undefined, clock: FakeClock) => void,
) {
  const clock = createFakeClock();
  const pacer = createPacer({ limit, clock, restMs: 1_000 });
  const arrivals: number[] = [];
  for (const { waitMs, thereMs, firstByteMs, restMs, ends } of plan) {
    await clock.advance(waitMs);
    void pacer.acquire(anyone).then((slot) => {
      arrivals.push(clock.now() + thereMs);
      const firstByte = thereMs + firstByteMs;
      tell(slot, ends === 'answered' ? firstByte : undefined, clock);
      clock.after(firstByte + restMs, slot.release);
    });
  }
  await clock.advance(200_000);
  return arrivals;
}

t.test('no second sees more than the limit, however requests and answers fall', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), calls, async (limit, plan) => {
      const arrivals = await arrivalsOf(limit, plan, ({ arrived }, firstByteMs, clock) => {
        if (firstByteMs !== undefined) clock.after(firstByteMs, arrived);
      });
      return arrivals.length === plan.length && densest(arrivals, 1000) <= limit;
    }),
    { numRuns: 60, seed: 7 },
  );
  t.pass('held for every plan');
});

t.test('were a request taken to arrive when it is sent, the same check would find too many', async (t) => {
  const found = await fc.check(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), calls, async (limit, plan) => {
      const arrivals = await arrivalsOf(limit, plan, ({ arrived }) => arrived());
      return densest(arrivals, 1000) <= limit;
    }),
    { numRuns: 60, seed: 7, endOnFailure: true },
  );
  t.ok(found.failed);
});

t.test('at least 85 % of the limit is used while work waits and answers take 150 ms', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 7, clock });
  let sent = 0;
  for (let index = 0; index < 700; index += 1) {
    void pacer.acquire({ participant: `caller ${index % 3}` }).then(({ release }) => {
      sent += 1;
      clock.after(150, release);
    });
  }
  await clock.advance(60_000);
  t.ok(sent / 60 >= 7 * 0.85, `${(sent / 60).toFixed(2)} a second`);
});

t.test('callers take turns: one request does not wait for the hundreds of another', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const order: string[] = [];
  const go = (participant: string) =>
    pacer.acquire({ participant }).then(({ release }) => {
      order.push(participant);
      release();
    });
  for (let index = 0; index < 300; index += 1) void go('import');
  void go('bot');
  await clock.advance(4_000);
  t.ok(order.indexOf('bot') <= 2, order.slice(0, 4).join(', '));
});

t.test('a background request goes out only when nobody else waits', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const order: string[] = [];
  const go = (participant: string, background = false) =>
    pacer.acquire({ participant, background }).then(({ release }) => {
      order.push(participant);
      release();
    });
  for (const name of ['first', 'second']) void go(name);
  void go('health', true);
  void go('third');
  await clock.advance(5_000);
  t.same(order, ['first', 'second', 'third', 'health']);
});

t.test('a background request goes first from its time on, every second one at most', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const order: string[] = [];
  const go = async (participant: string, goesFirstAt?: number) => {
    const own = goesFirstAt === undefined ? {} : { background: true, goesFirstAt };
    const { release } = await pacer.acquire({ participant, ...own });
    order.push(participant);
    release();
  };
  for (const name of ['first', 'second', 'third', 'fourth']) void go(name);
  for (const name of ['page', 'next']) void go(name, clock.now() + 1500);
  await clock.advance(6_000);
  t.strictSame(order, ['first', 'second', 'page', 'third', 'next', 'fourth']);
});

t.test('waiting ends with the signal, and the place goes to the next', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const { release } = await pacer.acquire(anyone);
  const controller = new AbortController();
  const given = pacer.acquire({ participant: 'left', signal: controller.signal });
  const next = pacer.acquire({ participant: 'stayed' });
  controller.abort(new Error('gone'));
  await t.rejects(given, { message: 'gone' });
  release();
  await clock.advance(1_100);
  await next;
  t.equal(pacer.waiting, 0);
});

t.test('a wait that would outlast the deadline is refused at once, with an honest Retry-After', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  await pacer.acquire(anyone);
  for (let index = 0; index < 20; index += 1) void pacer.acquire(anyone).catch(() => undefined);
  await t.rejects(pacer.acquire({ ...anyone, deadline: clock.now() + 10_000 }), { code: 'OVERLOADED', retryAfter: 12 });
  t.equal(pacer.waiting, 20);
});

t.test(
  'after a 429 nothing goes out until the pause is over, then one, and after its success less at a time',
  async (t) => {
    const clock = createFakeClock();
    const pacer = createPacer({ limit: 8, clock });
    const { given, started } = await pauseWithWaiting(clock, pacer);
    await clock.advance(2_990);
    t.same(given, []);
    await clock.advance(5_000);
    t.equal(given.length, 1, 'one alone knocks');
    given[0]?.release();
    pacer.succeed(given[0]?.sentAt ?? 0);
    await settle();
    t.equal(given.length, 4, 'half as many');
    t.ok((given[0]?.sentAt ?? 0) - started >= 3_000);
  },
);

t.test('a call after a pause that comes to no good end is followed by the next, one at a time', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 8, clock });
  const { given } = await pauseWithWaiting(clock, pacer);
  await clock.advance(3_010);
  for (const count of [1, 2, 3]) {
    t.equal(given.length, count);
    given.at(-1)?.release();
    await settle();
  }
});

t.test('a call after a pause that meets a 429 again is followed by nobody until the next pause is over', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 8, clock });
  const { given } = await pauseWithWaiting(clock, pacer);
  await clock.advance(3_010);
  given[0]?.release();
  pacer.pause(given[0]?.sentAt ?? 0, undefined);
  await clock.advance(1_900);
  t.equal(given.length, 1);
  await clock.advance(200);
  t.equal(given.length, 2);
});

/** Eight wait for a place while a pause of three seconds has just begun. */
async function pauseWithWaiting(clock: FakeClock, pacer: Pacer) {
  const places = await take(pacer, 8);
  pacer.pause(clock.now(), 3);
  for (const { release } of places) release();
  const given: Slot[] = [];
  for (let index = 0; index < 8; index += 1) void pacer.acquire(anyone).then((place) => given.push(place));
  return { given, started: clock.now() };
}

t.test('lasting 429s make the pause grow from one second to sixty; one excess counts once', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 2, clock });
  const pauses: number[] = [];
  for (let index = 0; index < 8; index += 1) {
    const before = clock.now();
    const { sentAt, release } = await acquireIn(pacer, clock);
    pauses.push(Math.round((clock.now() - before) / 1000));
    pacer.pause(sentAt, undefined);
    pacer.pause(sentAt - 1, undefined);
    release();
  }
  t.same(pauses, [0, 1, 2, 4, 8, 16, 32, 60]);
});

t.test('an absurd Retry-After is bounded to a minute', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 2, clock });
  pacer.pause(clock.now(), 86_400);
  const before = clock.now();
  await acquireIn(pacer, clock);
  t.ok(clock.now() - before <= 61_000);
});

t.test('who cannot outlast a pause is told at once', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const { sentAt } = await pacer.acquire(anyone);
  const waiting = pacer.acquire({ ...anyone, deadline: clock.now() + 5_000 });
  pacer.pause(sentAt, 20);
  await t.rejects(waiting, { code: 'OVERLOADED', retryAfter: 15 });
});

t.test('successes bring the places back little by little', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 4, clock });
  pacer.pause(clock.now(), 1);
  await clock.advance(1_001);
  for (let index = 0; index < 10; index += 1) pacer.succeed(clock.now());
  t.equal((await take(pacer, 4)).length, 4);
});

t.test('ten thousand can wait, and leave, without each costing more than the last', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  await pacer.acquire(anyone);
  const controller = new AbortController();
  const outcomes: Promise<Slot | string>[] = [];
  for (let index = 0; index < 10_000; index += 1) {
    outcomes.push(
      pacer.acquire({ participant: `caller ${index % 10}`, signal: controller.signal }).catch(() => 'left'),
    );
  }
  t.equal(pacer.waiting, 10_000);
  controller.abort(new Error('gone'));
  t.equal((await Promise.all(outcomes)).filter((outcome) => outcome === 'left').length, 10_000);
  t.equal(pacer.waiting, 0);
});

function take(pacer: Pacer, count: number): Promise<Slot[]> {
  return Promise.all(Array.from({ length: count }, () => pacer.acquire(anyone)));
}

async function acquireIn(pacer: Pacer, clock: ReturnType<typeof createFakeClock>): Promise<Slot> {
  const place = pacer.acquire(anyone);
  let given = false;
  void place.then(() => {
    given = true;
  });
  await settle();
  while (!given) await clock.advance(100);
  return place;
}

t.test('after the start nothing goes out until what was sent before it can have been counted', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 7, clock, restMs: 1_000 });
  const given: Slot[] = [];
  for (let index = 0; index < 8; index += 1) void pacer.acquire(anyone).then((slot) => given.push(slot));
  await t.rejects(pacer.acquire({ ...anyone, deadline: clock.now() + 900 }), { code: 'OVERLOADED' });
  await clock.advance(999);
  t.equal(given.length, 0);
  await clock.advance(1);
  t.equal(given.length, 7);
});

/** Starts steps of so many calls, one after the other, each answered after 100 ms; gives what has become of them. */
function steps(clock: FakeClock, pacer: Pacer, count: number, calls: number, participant = 'bot') {
  const ended = { done: 0, refused: 0, calls: 0, wasted: 0 };
  const deadline = clock.now() + 30_000;
  const step = async () => {
    let made = 0;
    try {
      for (; made < calls; made += 1) {
        const slot = await pacer.acquire({ participant, deadline, isFirst: made === 0 });
        ended.calls += 1;
        await new Promise<void>((answered) => clock.after(100, answered));
        slot.release();
      }
      if (clock.now() <= deadline) ended.done += 1;
    } catch {
      ended.refused += 1;
      ended.wasted += made;
    }
  };
  for (let index = 0; index < count; index += 1) void step();
  return ended;
}

for (const [count, calls] of [
  [150, 3],
  [300, 3],
  [300, 2],
  [1_000, 5],
] as const) {
  t.test(`of ${count} steps of ${calls} calls those are done that the limit allows; the rest spend none`, async (t) => {
    const clock = createFakeClock();
    const ended = steps(clock, createPacer({ limit: 7, clock }), count, calls);
    await clock.advance(60_000);
    const allowed = (30 / 1.105) * (7 / calls);
    t.ok(ended.done >= allowed * 0.9, `${ended.done} of ${Math.floor(allowed)} done`);
    t.equal(ended.done + ended.refused, count);
    t.ok(ended.wasted <= 7, `${ended.wasted} calls for nothing`);
  });
}

t.test(
  'five callers who ask for three times what the limit allows get what it allows, and spend few calls in vain',
  async (t) => {
    const clock = createFakeClock();
    const pacer = createPacer({ limit: 7, clock });
    const all: ReturnType<typeof steps>[] = [];
    for (let second = 0; second < 60; second += 1) {
      for (const caller of ['a', 'b', 'c', 'd', 'e']) all.push(steps(clock, pacer, 1, 4, caller));
      await clock.advance(1_000);
    }
    await clock.advance(60_000);
    const sum = (pick: (ended: ReturnType<typeof steps>) => number) => all.reduce((total, one) => total + pick(one), 0);
    const calls = sum((ended) => ended.calls);
    const done = sum((ended) => ended.done);
    t.ok(calls >= (90 / 1.105) * 7 * 0.9, `${calls} calls`);
    t.ok(done * 4 >= calls * 0.9, `${done} steps of four calls done`);
  },
);

t.test('a caller with hundreds of steps holds up no step of another', async (t) => {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 7, clock });
  const flood = steps(clock, pacer, 500, 3, 'import');
  await clock.advance(10_000);
  const others = steps(clock, pacer, 3, 3);
  await clock.advance(8_000);
  t.equal(others.done, 3);
  await clock.advance(60_000);
  t.ok(flood.done >= 40, `${flood.done} done`);
});
