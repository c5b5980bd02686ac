import { Registry } from '@prometheus-io/client';
import t from 'tap';
import type { Job } from '../../src/jobs/job.ts';
import { verbatim } from '../../src/messages/message.ts';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { makeDocument } from '../../src/problems/make-document.ts';
import { Problem } from '../../src/problems/problem.ts';
import { watchJobs } from '../../src/telemetry/watch-jobs.ts';

const job: Job = {
  id: 'j',
  caller: 'bob',
  key: 'k',
  route: '/x',
  fingerprint: 'f',
  address: null,
  language: 'en',
  state: 'running',
  attempts: 0,
  run_at: null,
  give_up_at: 2,
  accepted_at: 1,
  ended_at: null,
  result: null,
  problem: null,
  callback_state: null,
  callback_tries: 0,
  callback_at: null,
  callback_failure: null,
};

t.test('an outage is one line, however many jobs fail in it', async (t) => {
  const lines: unknown[] = [];
  const log = { info() {}, error: (...line: unknown[]) => void lines.push(line) };
  const { onEnd, onFailure } = watchJobs(new Registry())(log);
  const fail = (code: ErrorCode) => {
    const problem = new Problem(code, verbatim('as the test wants'));
    onFailure(job, { problem, document: makeDocument(problem, { id: 'j', keyed: true }) });
  };
  for (let index = 0; index < 100; index += 1) fail('AMOCRM_UNAUTHORIZED');
  t.strictSame(lines.length, 1);
  fail('AMOCRM_PAYMENT_REQUIRED');
  fail('AMOCRM_UNAUTHORIZED');
  t.strictSame(lines.length, 2, 'another reason is told');
  onEnd(job, 'failed');
  fail('AMOCRM_UNAUTHORIZED');
  t.strictSame(lines.length, 2);
  onEnd(job, 'succeeded');
  fail('AMOCRM_UNAUTHORIZED');
  t.strictSame(lines.length, 3, 'the next outage');
  for (let index = 0; index < 3; index += 1) fail('INTERNAL_ERROR');
  t.strictSame(lines.length, 6, 'each bug');
  fail('UNKNOWN_FIELD');
  t.strictSame(lines.length, 6);
});
