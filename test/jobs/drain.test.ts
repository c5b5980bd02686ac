import t from 'tap';
import { factsOf } from '../../src/amocrm/entities/call-facts.ts';
import { contacts } from '../../src/amocrm/entities/contacts/collection.ts';
import { createGate } from '../../src/amocrm/gate.ts';
import { longLived } from '../../src/amocrm/wire/token-source.ts';
import { sleep } from '../../src/clock.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { createJournal } from '../../src/journal/journal.ts';
import type { KeyStore } from '../../src/journal/key-store.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';
import { simulateAmocrm } from '../fixtures/simulated-amocrm.ts';
import { openAccountStore } from '../fixtures/store.ts';

const [rateLimit, batchSize] = [7, 50];
/** As the sandbox of the benchmarks answers. */
const latencyMs = (items: number) => 60 + 2 * items;
const commitMs = 20;
/**
 * Milliseconds for which a full call takes a place: it is put on disk before it goes out, and amoCRM may have counted it as
 * late as its answer comes.
 */
const roundMs = commitMs + latencyMs(batchSize) + 1005;

t.test('jobs use all of the limit that calls of that length leave', async (t) => {
  const clock = createFakeClock();
  const { client, calls } = simulateAmocrm(clock, latencyMs);
  const gate = createGate({
    client,
    factsOf,
    authorize: longLived(() => 'token'),
    rateLimit,
    batchSize,
    timeoutMs: 10_000,
    memory: { load: () => undefined, save() {} },
    clock,
  });
  const store = await openAccountStore(t.testdir(), { now: clock.wall });
  t.teardown(store.close);
  let done = 0;
  let flush: Promise<void> | undefined;
  const put: KeyStore['put'] = async (change) => {
    await store.keys.put(change);
    // Those of one commit have one flush.
    flush ??= sleep(clock, commitMs).finally(() => {
      flush = undefined;
    });
    await flush;
  };
  const jobs = createJobs({
    store: store.jobs,
    journal: createJournal({ ...store.keys, put }),
    address: 'https://example.amocrm.ru',
    refuseOther: async () => {},
    routeOf: () => ({
      label: undefined,
      deliver: (body, operation) =>
        gate.write({ method: 'POST', collection: contacts, draft: { body: Object(body), origins: [] } }, operation),
    }),
    clock,
    shutdown: new AbortController().signal,
    giveUpHours: 24,
    batchSize,
    isHeldUp: () => false,
    waitFor() {},
    onEnd() {
      done += 1;
    },
    onFailure: (_, { problem }) => t.fail(problem.message),
    onError: (error) => t.fail(String(error)),
  });
  const count = 6 * rateLimit * batchSize;
  const accepted = Array.from({ length: count }, (_, index) =>
    jobs.accept({
      caller: 'bob',
      key: undefined,
      route: '/x',
      language: 'en',
      fingerprint: `${index}`,
      body: JSON.stringify({ name: `Контакт ${index}` }),
    }),
  );
  await Promise.all(accepted);
  while (done < count) await clock.advance(1);
  const writes = calls.filter(({ method }) => method === 'POST');
  t.strictSame([...new Set(writes.map(({ items }) => items))], [batchSize], 'full calls alone');
  const [first, last] = [writes[0]?.at ?? 0, writes.at(-1)?.at ?? 0];
  const most = ((last - first) / roundMs + 1) * rateLimit;
  t.ok(writes.length >= 0.95 * most, `${writes.length} calls where ${most.toFixed(1)} had their place`);
});
