import t from 'tap';
import type { Outcome } from '../../../src/amocrm/client/client.ts';
import {
  kindOf,
  type OutcomeKind,
  policyOf,
  problemOfOutcome,
  readAnswer,
  unknownOutcome,
} from '../../../src/amocrm/client/outcomes.ts';

const head = { asked: 'POST leads', retryAfter: null, date: null };
const json = (status: number, body: unknown = {}): Outcome => ({ kind: 'json', status, body, ...head });
const page = (status: number): Outcome => ({ kind: 'page', status, ...head });
const cause = new Error('socket');

const refusal = { 'validation-errors': [{ request_id: '0', errors: [{ code: 'NotSupportedChoice', path: 'x' }] }] };
const hiccup = { detail: 'Возникла системная ошибка. Пожалуйста, повторите попытку.' };

/** How a call ends, what that is called, and what a write and a read do next. */
const table: [string, Outcome, OutcomeKind, write: string, read: string][] = [
  ['200 with JSON', json(200), 'ok', 'accept', 'fail'],
  ['204', { kind: 'nothing', status: 204, ...head }, 'ok', 'accept', 'fail'],
  ['200 with a page', page(200), 'useless', 'doubt', 'later'],
  ['200 that is cut', { kind: 'cut', status: 200, cause, ...head }, 'useless', 'doubt', 'later'],
  ['400 that names items', json(400, refusal), 'invalid', 'refuse named', 'fail'],
  ['400 «системная ошибка»', json(400, hiccup), 'system-error', 'later', 'later'],
  ['another 400', json(400, { detail: 'Bad Request' }), 'bad-request', 'halve', 'fail'],
  ['401', json(401), 'unauthorized', 'fail', 'fail'],
  ['402', json(402), 'unpaid', 'fail', 'fail'],
  ['403 with JSON', json(403), 'forbidden', 'halve', 'fail'],
  ['403 with a page', page(403), 'blocked', 'fail', 'fail'],
  ['404', json(404), 'refused', 'halve', 'fail'],
  ['409', json(409), 'refused', 'halve', 'fail'],
  ['413', page(413), 'refused', 'halve', 'fail'],
  ['429', page(429), 'too-many', 'again', 'again'],
  ['500', json(500), 'failed', 'doubt', 'later'],
  ['502', page(502), 'failed', 'doubt', 'later'],
  ['503', page(503), 'failed', 'doubt', 'later'],
  ['504', page(504), 'gateway-timeout', 'doubt', 'later'],
  ['no connection', { kind: 'not-sent', detail: 'connect ECONNREFUSED', cause }, 'not-sent', 'later', 'later'],
  ['a broken connection', { kind: 'dropped', detail: 'ECONNRESET', cause }, 'dropped', 'doubt', 'later'],
  ['no answer in time', { kind: 'timeout', cause }, 'timeout', 'doubt', 'later'],
  ['given up by us', { kind: 'aborted', cause }, 'aborted', 'doubt', 'fail'],
];

for (const [what, outcome, kind, write, read] of table) {
  t.test(`${what}: a write goes on with «${write}», a read with «${read}»`, async (t) => {
    t.equal(kindOf(outcome), kind);
    t.match(policyOf(kind), { write, read });
    t.equal(problemOfOutcome(outcome).code, policyOf(kind).code);
  });
}

t.test('an absent create is sent again after what cannot come late alone', async (t) => {
  const again = table.filter(([, , kind]) => policyOf(kind).resendIfAbsent).map(([what]) => what);
  t.strictSame(again, ['500', '502', '503', 'a broken connection']);
});

t.test('what amoCRM did not answer counts as unreached, a page with 403 as a block', async (t) => {
  const unreached = table.filter(([, , kind]) => policyOf(kind).breaker === 'unreached').map(([what]) => what);
  const silent = ['no connection', 'a broken connection', 'no answer in time'];
  t.strictSame(unreached, ['500', '502', '503', '504', ...silent]);
  t.equal(policyOf('blocked').breaker, 'blocked');
});

t.test('a write in doubt is of unknown outcome, and keeps how its call ended', async (t) => {
  t.match(unknownOutcome(page(504)), { code: 'OUTCOME_UNKNOWN', message: /no answer in time \(HTTP 504\)/ });
  t.match(unknownOutcome({ kind: 'dropped', detail: 'ECONNRESET', cause }), { cause, message: /ECONNRESET/ });
});

t.test('a read takes the body, nothing for 204, and blames nobody’s data', async (t) => {
  t.strictSame(readAnswer(json(200, { id: 1 })), { id: 1 });
  t.equal(readAnswer({ kind: 'nothing', status: 204, ...head }), undefined);
  t.throws(() => readAnswer(json(400, refusal)), { code: 'AMOCRM_ERROR' });
  t.throws(() => readAnswer(page(200)), { code: 'AMOCRM_ERROR' });
});
