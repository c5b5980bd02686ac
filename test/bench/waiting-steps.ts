import type { Client } from '../../src/amocrm/client/client.ts';
import { factsOf } from '../../src/amocrm/entities/call-facts.ts';
import { contacts } from '../../src/amocrm/entities/contacts/collection.ts';
import { createGate } from '../../src/amocrm/gate.ts';
import { type Operation, startOperation } from '../../src/amocrm/operation/operation.ts';
import { createPacer } from '../../src/amocrm/pace/pacer.ts';
import { longLived } from '../../src/amocrm/wire/token-source.ts';
import type { Clock } from '../../src/clock.ts';

// Prints the CPU microseconds of one step in the gate, with so many others waiting all the time. Run by the bench with
// the kind, the number waiting and the number of steps to measure.
const [kind = '', waiting = '', steps = ''] = process.argv.slice(2);
/** Two calls of fifty are on the wire besides those that wait. */
const onTheWire = 100;
const deadlineMs = 600_000;

/** Never waits: when nothing else is left to do, time jumps to the next timer. */
function createJumpingClock(): Clock {
  const timers = new Set<{ due: number; run: () => void }>();
  let ahead = 0;
  let jumping = false;
  const now = () => performance.now() + ahead;

  function jump(): void {
    jumping = false;
    const [next] = [...timers].sort((a, b) => a.due - b.due);
    if (next === undefined) return;
    timers.delete(next);
    ahead += Math.max(0, next.due - now());
    next.run();
    jumpSoon();
  }

  function jumpSoon(): void {
    if (jumping || timers.size === 0) return;
    jumping = true;
    setImmediate(jump);
  }

  return {
    now,
    wall: () => Date.now() + ahead,
    after(ms, run) {
      const timer = { due: now() + ms, run };
      timers.add(timer);
      jumpSoon();
      return () => timers.delete(timer);
    },
    random: () => 0.5,
    second: 1000,
  };
}

/** amoCRM that answers at once. */
const client: Client = async ({ body }) => {
  const items: unknown[] = Array.isArray(body) ? body : [];
  const contacts = items.map((_, index) => ({ id: nextId++, request_id: String(index) }));
  return { kind: 'json', asked: '', status: 200, retryAfter: null, date: null, body: { _embedded: { contacts } } };
};
let nextId = 1;

function stepOf(clock: Clock): (call: Operation, number: number) => Promise<unknown> {
  if (kind === 'alone') return firstComeFirstServed();
  if (kind === 'reads') {
    const pacer = createPacer({ limit: 50, clock });
    return async ({ caller: participant, signal }) => (await pacer.acquire({ participant, signal })).release();
  }
  const memory = { load: () => undefined, save() {} };
  const gate = createGate({
    client,
    factsOf,
    authorize: longLived(() => 'token'),
    rateLimit: 50,
    batchSize: 50,
    timeoutMs: 10_000,
    memory,
    clock,
  });
  return (call, number) => {
    const draft = { body: { name: `Bench ${number}` }, origins: [] };
    return gate.write({ method: 'POST', collection: contacts, draft }, call);
  };
}

/** Nothing but waiting in a row, fifty at a time, to see what the waiting of so many costs without the gate. */
function firstComeFirstServed(): () => Promise<void> {
  const inRow: (() => void)[][] = [[]];
  const serve = () => {
    for (const next of inRow.length > 1 ? (inRow.shift() ?? []) : []) next();
    setImmediate(serve);
  };
  setImmediate(serve);
  return () =>
    new Promise((resolve) => {
      if (inRow.at(-1)?.length === 50) inRow.push([]);
      inRow.at(-1)?.push(resolve);
    });
}

const clock = createJumpingClock();
const step = stepOf(clock);
const outstanding = Number(waiting) + (kind === 'creates' ? onTheWire : 0);
const warmUp = outstanding + Number(steps) / 2;
let done = 0;
let begun = 0;
let before: NodeJS.CpuUsage | undefined;

async function keepStepping(): Promise<void> {
  while (begun < warmUp + Number(steps) + outstanding) {
    begun += 1;
    const call = startOperation('caller', deadlineMs, []);
    await step({ ...call, deadline: Number.POSITIVE_INFINITY }, begun);
    call.end();
    done += 1;
    if (done === warmUp) before = process.cpuUsage();
    if (done === warmUp + Number(steps)) report(process.cpuUsage(before));
  }
}

function report({ user, system }: NodeJS.CpuUsage): void {
  process.stdout.write(JSON.stringify((user + system) / Number(steps)), () => process.exit());
}

for (let index = 0; index < outstanding; index += 1) void keepStepping();
