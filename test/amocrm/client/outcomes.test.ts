import t from 'tap';
import type { Outcome } from '../../../src/amocrm/client/client.ts';
import { kindOf, type OutcomeKind } from '../../../src/amocrm/client/kind-of.ts';
import { policyOf, problemOfOutcome, readAnswer, unknownOutcome } from '../../../src/amocrm/client/outcomes.ts';
import { legacyProblem } from '../../../src/amocrm/client/rejection.ts';
import { rightMessages } from '../../../src/messages/amocrm.ts';
import { type Message, verbatim } from '../../../src/messages/message.ts';

const head = { asked: 'POST leads', retryAfter: null, date: null };
const json = (status: number, body: unknown = {}, facts: { right?: Message; feature?: Message } = {}): Outcome => ({
  ...head,
  ...facts,
  kind: 'json',
  status,
  body,
});
const customers = { feature: rightMessages.customers };
const page = (status: number): Outcome => ({ kind: 'page', status, ...head });
const cause = new Error('socket');

const refusal = { 'validation-errors': [{ request_id: '0', errors: [{ code: 'NotSupportedChoice', path: 'x' }] }] };
const hiccup = { detail: 'Возникла системная ошибка. Пожалуйста, повторите попытку.' };

/** How a call ends, what that is called, and what a write and a read do next. */
const table: [string, Outcome, OutcomeKind, write: string, read: string][] = [
  ['200 with JSON', json(200), 'ok', 'accept', 'fail'],
  ['204', { kind: 'nothing', status: 204, ...head }, 'ok', 'accept', 'fail'],
  ['202 without a body', { kind: 'nothing', status: 202, ...head }, 'ok', 'accept', 'fail'],
  ['200 without a body', { kind: 'nothing', status: 200, ...head }, 'useless', 'doubt', 'later'],
  ['202 with a page', page(202), 'ok', 'accept', 'fail'],
  ['202 that is cut', { kind: 'cut', status: 202, cause, ...head }, 'ok', 'accept', 'fail'],
  ['200 with a page', page(200), 'useless', 'doubt', 'later'],
  ['200 that is cut', { kind: 'cut', status: 200, cause, ...head }, 'useless', 'doubt', 'later'],
  ['400 that names items', json(400, refusal), 'invalid', 'refuse named', 'fail'],
  ['400 «системная ошибка»', json(400, hiccup), 'system-error', 'later', 'later'],
  ['another 400', json(400, { detail: 'Bad Request' }), 'bad-request', 'halve', 'fail'],
  ['401', json(401), 'unauthorized', 'fail', 'fail'],
  ['402', json(402), 'unpaid', 'fail', 'fail'],
  ['403 with JSON', json(403), 'forbidden', 'halve', 'fail'],
  ['403 with a page', page(403), 'blocked', 'fail', 'fail'],
  [
    '403 with a page, while the account answers',
    { kind: 'unpermitted', status: 403, ...head },
    'forbidden',
    'halve',
    'fail',
  ],
  ['404 with JSON', json(404, { detail: 'Loss reason not found' }), 'absent', 'halve', 'fail'],
  ['404 of an unknown route', json(404, { detail: 'Cannot POST https://a.amocrm.ru/b' }), 'no-route', 'fail', 'fail'],
  ['404 with a page', page(404), 'failed', 'doubt', 'later'],
  ['404 without a body', { kind: 'nothing', status: 404, ...head }, 'refused', 'halve', 'fail'],
  ['409', json(409), 'refused', 'halve', 'fail'],
  ['413', page(413), 'refused', 'halve', 'fail'],
  ['422 with JSON', json(422, { detail: 'Limit 250 per page' }), 'rejected', 'halve', 'fail'],
  ['422 that names items', json(422, refusal), 'invalid', 'refuse named', 'fail'],
  ['422 with a page', page(422), 'refused', 'halve', 'fail'],
  ['402 about customers', json(402, {}, customers), 'switched-off', 'fail', 'fail'],
  ['429', page(429), 'too-many', 'again', 'again'],
  ['500', json(500), 'failed', 'doubt', 'later'],
  ['502', page(502), 'failed', 'doubt', 'later'],
  ['503', page(503), 'failed', 'doubt', 'later'],
  ['504', page(504), 'gateway-timeout', 'doubt', 'later'],
  ['524 of a proxy', page(524), 'gateway-timeout', 'doubt', 'later'],
  ['522 of a proxy', page(522), 'gateway-timeout', 'doubt', 'later'],
  ['598 of a proxy', page(598), 'gateway-timeout', 'doubt', 'later'],
  ['507', page(507), 'failed-otherwise', 'doubt', 'later'],
  [
    'no connection',
    { kind: 'not-sent', detail: verbatim('connect ECONNREFUSED'), cause },
    'not-sent',
    'later',
    'later',
  ],
  ['a broken connection', { kind: 'dropped', detail: verbatim('ECONNRESET'), cause }, 'dropped', 'doubt', 'later'],
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
  t.strictSame(again, ['404 with a page', '500', '502', '503', 'a broken connection']);
});

t.test('what amoCRM did not answer counts as unreached, a page with 403 as a block', async (t) => {
  const unreached = table.filter(([, , kind]) => policyOf(kind).breaker === 'unreached').map(([what]) => what);
  const ofProxies = ['524 of a proxy', '522 of a proxy', '598 of a proxy'];
  const silent = ['no connection', 'a broken connection', 'no answer in time'];
  t.strictSame(unreached, ['404 with a page', '500', '502', '503', '504', ...ofProxies, '507', ...silent]);
  t.equal(policyOf('blocked').breaker, 'blocked');
});

t.test('a write in doubt is of unknown outcome, and keeps how its call ended', async (t) => {
  t.match(unknownOutcome(page(504)), { code: 'OUTCOME_UNKNOWN', message: /no answer in time \(HTTP 504\)/ });
  t.match(unknownOutcome({ kind: 'dropped', detail: verbatim('ECONNRESET'), cause }), { cause, message: /ECONNRESET/ });
});

t.test('a read takes the body, nothing for 204, and blames nobody’s data', async (t) => {
  t.strictSame(readAnswer(json(200, { id: 1 })), { id: 1 });
  t.equal(readAnswer({ kind: 'nothing', status: 204, ...head }), undefined);
  t.throws(() => readAnswer(json(400, refusal)), { code: 'AMOCRM_ERROR' });
  for (const status of [200, 202]) {
    t.throws(() => readAnswer(page(status)), { code: 'AMOCRM_ERROR' });
    t.throws(() => readAnswer({ kind: 'nothing', status, ...head }), { code: 'AMOCRM_ERROR' });
  }
});

t.test('a read may take a 404 in JSON for nothing, an unknown route never', async (t) => {
  t.equal(readAnswer(json(404, { detail: 'Not found' }), ['absent']), undefined);
  t.throws(() => readAnswer(json(404, { detail: 'Not found' })), { code: 'AMOCRM_ERROR' });
  t.throws(() => readAnswer(json(404, { detail: 'Cannot GET https://a.amocrm.ru/b' }), ['absent']), {
    code: 'AMOCRM_ERROR',
  });
  t.throws(() => readAnswer(page(404), ['absent']), { code: 'AMOCRM_ERROR' });
  t.throws(() => readAnswer(json(422, { detail: 'No' })), { code: 'AMOCRM_ERROR', words: { en: 'No' } });
});

t.test('what can be switched off is so by 402 and by the codes 425 and 426', async (t) => {
  const bodies: [number, object][] = [
    [402, {}],
    [425, {}],
    [426, {}],
    [400, { code: 426 }],
    [403, { errors: [{ code: '425' }] }],
    [400, { detail: 'Код ошибки 426. В случае повторного возникновения ошибки' }],
  ];
  for (const [status, body] of bodies) {
    const off = json(status, body, customers);
    t.equal(kindOf(off), 'switched-off', `${status} ${JSON.stringify(body)}`);
    t.match(problemOfOutcome(off), { code: 'AMOCRM_FORBIDDEN', message: /customers are switched off in this account/ });
    t.not(kindOf(json(status, body)), 'switched-off');
  }
  for (const status of [402, 425, 426]) {
    t.equal(kindOf({ ...page(status), ...customers }), 'switched-off', `a page with ${status}`);
    t.equal(kindOf({ kind: 'nothing', status, ...head, ...customers }), 'switched-off', `nothing with ${status}`);
  }
  t.equal(policyOf('switched-off').breaker, 'reached');
  for (const body of [{ code: 288 }, { detail: 'Код ошибки 4260' }, { detail: 'Customer 425 is gone' }]) {
    t.equal(kindOf(json(400, body, customers)), 'bad-request');
  }
});

t.test('a refusal names the right that is missing', async (t) => {
  const right = rightMessages.administrator;
  for (const refused of [json(403, {}, { right }), { kind: 'unpermitted', status: 403, ...head, right } as const]) {
    t.match(problemOfOutcome(refused), {
      code: 'AMOCRM_FORBIDDEN',
      message: /POST leads needs an administrator’s token/,
    });
  }
  t.match(problemOfOutcome(json(403)), { message: 'The integration may not do this: POST leads (HTTP 403)' });
  const old = json(400, { detail: 'Код ошибки 244.' }, { right });
  t.match(legacyProblem(old), { code: 'AMOCRM_FORBIDDEN', message: /POST leads needs an administrator’s token/ });
});
