import t from 'tap';
import type { Outcome, UpstreamRequest } from '../../../src/amocrm/client/client.ts';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { createGate } from '../../../src/amocrm/gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { longLived } from '../../../src/amocrm/wire/token-source.ts';

const head = { asked: 'GET users/{id}', retryAfter: null, date: null };
const absent: Outcome = { kind: 'json', status: 404, body: { detail: 'User not found' }, ...head };

t.test('a 404 in JSON is nothing for who says that it may be, a failure for others, in one request', async (t) => {
  const asked: UpstreamRequest[] = [];
  const gate = createGate({
    client: async (request) => {
      asked.push(request);
      return absent;
    },
    factsOf,
    authorize: longLived(() => 'token'),
    rateLimit: 7,
    batchSize: 50,
    timeoutMs: 10_000,
    memory: { load: () => undefined, save() {} },
  });
  const operation = startOperation('bot', 30_000, []);
  t.teardown(() => operation.end());
  const [patient, strict] = await Promise.allSettled([
    gate.read('users/5', [], operation, { mayBeAbsent: true }),
    gate.read('users/5', [], operation),
  ]);
  t.strictSame(patient, { status: 'fulfilled', value: undefined });
  t.match(strict, { status: 'rejected', reason: { code: 'AMOCRM_ERROR', words: { en: 'User not found' } } });
  t.equal(asked.length, 1);
});
