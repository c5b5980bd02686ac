import { once } from 'node:events';
import t from 'tap';
import { systemClock } from '../../../src/clock.ts';
import { createCallbacks } from '../../../src/jobs/callbacks/callbacks.ts';
import { createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { startReceiver } from '../../fixtures/receiver.ts';

const url = await createDatabase(t);
const far = 10_000_000;

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('a replica that starts makes no delivery that another one is making', async (t) => {
    const { own, callbacks, close } = await reopener(url)();
    t.teardown(close);
    const answers: (() => void)[] = [];
    const receiver = await startReceiver(t, (_, response) => {
      answers.push(() => response.writeHead(204).end());
    });
    const now = Date.now();
    await callbacks.put({ caller: 'bob', url: receiver.url, secret: 'whsec_c2VjcmV0', changedAt: now }, now + far);
    const job = {
      id: 'j',
      caller: 'bob',
      key: 'j',
      route: '/x',
      fingerprint: 'f',
      address: null,
      language: 'en',
    } as const;
    const times = { give_up_at: now + far, accepted_at: now };
    await own.jobs.add({ ...job, body: '{}', ...times }, { jobs: 9, bytes: 1e9 });
    await own.jobs.take(now, 9, 1e9);
    await own.jobs.end('j', { state: 'succeeded', attempts: 1, result: '{}', problem: null, ended_at: now });

    const stop = new AbortController();
    t.teardown(() => stop.abort());
    const works: Promise<void>[] = [];
    const looks = new EventTarget();
    const start = () =>
      createCallbacks({
        store: {
          ...callbacks,
          async nextAt(...asked) {
            const at = await callbacks.nextAt(...asked);
            looks.dispatchEvent(new Event('end'));
            return at;
          },
        },
        clock: systemClock,
        hosts: ['127.0.0.1'],
        shutdown: stop.signal,
        waitFor: (work) => void works.push(work),
        onDelivery() {},
        onError: (error) => t.fail(String(error)),
      }).start();
    start();
    while (answers.length === 0) await new Promise(setImmediate);
    const looked = once(looks, 'end');
    start();
    await looked;
    t.equal(works.length, 1);
    for (const answer of answers) answer();
    await Promise.all(works);
    t.equal(receiver.received.length, 1);
  });
}
