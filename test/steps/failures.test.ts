import t from 'tap';
import { describeError, type ErrorCode } from '../../src/problems/catalogue.ts';
import type { FaultAction, RequestRecord } from '../../src/sandbox/sandbox.ts';
import type { Step } from '../../src/steps/define-step.ts';
import { steps } from '../../src/steps/index.ts';
import { propertiesOf } from '../contract/document.ts';
import { failureOf } from '../fixtures/failure.ts';
import { isProblem } from '../fixtures/problem.ts';
import { resetAccount } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** The failures that every step has, and those of its own that its params alone can bring about. */

t.setTimeout(180_000);
const clock = createUnhurriedClock(1);
const always = Number.POSITIVE_INFINITY;
const upstream: [ErrorCode, FaultAction][] = [
  ['AMOCRM_UNAUTHORIZED', { kind: 'unauthorized' }],
  ['AMOCRM_PAYMENT_REQUIRED', { kind: 'payment-required' }],
  ['AMOCRM_FORBIDDEN', { kind: 'status', status: 403 }],
  ['OVERLOADED', { kind: 'too-many' }],
  ['AMOCRM_UNAVAILABLE', { kind: 'ban' }],
];

for (const [code, action] of upstream) {
  t.test(`any step: ${code}`, async (t) => {
    const { sandbox, step } = await startService(t, { clock });
    sandbox.faults.add({ times: always, action });
    for (const { type, label, examples } of steps) {
      const answer = await step(type, examples[0].params);
      isProblem(t, answer, code, { what: type });
      t.equal(answer.body.context.__step_error__, `AmoCRM ${label}: ${describeError(code).sentence}`);
    }
    t.strictSame(sandbox.requests.filter(isCarriedOut), []);
  });
}

t.test('any step that writes: OUTCOME_UNKNOWN', async (t) => {
  const { sandbox, step } = await startService(t, { clock, env: { AMO_TIMEOUT_MS: '100' } });
  for (const method of ['POST', 'PATCH']) sandbox.faults.add({ method, times: always, action: { kind: 'hang' } });
  for (const { type, examples } of steps.filter(({ effects }) => effects === 'writes')) {
    // amoCRM answers in between, so the breaker stays closed.
    await step('amocrm_find_lead', { lead_id: 67890 });
    isProblem(t, await step(type, examples[0].params), 'OUTCOME_UNKNOWN', { what: type });
  }
});

/** Params that bring a failure about, for each param that can. */
const provoking: [ErrorCode, params: Record<string, unknown>][] = [
  ['UNKNOWN_FIELD', { custom_fields: { 'Нет такого': 1 }, update_data: { 'Нет такого': 1 } }],
  ['UNKNOWN_OPTION', { custom_fields: { SOURCE: 'Факс' }, update_data: { SOURCE: 'Факс' } }],
  ['ENTITY_NOT_FOUND', { contact_id: 999_999, company_id: 999_999, entity_id: 999_999 }],
  ['AMOCRM_REJECTED', { responsible_user_id: 999, update_data: { responsible_user_id: 999 } }],
];

for (const [code, params] of provoking) {
  t.test(`a step that takes such a param: ${code}`, async (t) => {
    const { sandbox, step } = await startService(t, { clock });
    for (const [name, value] of Object.entries(params)) {
      const able = steps.filter((each) => each.failures.includes(code) && takes(each, name));
      t.ok(able.length > 0, name);
      for (const { type, examples } of able) {
        const told: unknown[] = [];
        for (const example of examples) {
          resetAccount(sandbox);
          const failure = failureOf(await step(type, { ...example.params, [name]: value }));
          if (failure[1] !== code) continue;
          told.push(String(failure[2]).slice(0, `params.${name}`.length));
          t.strictSame(sandbox.requests.filter(isCarriedOut), []);
        }
        // One of its examples uses the param.
        t.equal(told[0], `params.${name}`, type);
      }
    }
  });
}

function isCarriedOut({ stored = [] }: RequestRecord): boolean {
  return stored.length > 0;
}

function takes({ params }: Step, name: string): boolean {
  return propertiesOf(JSON.parse(JSON.stringify(params))).some(({ path }) => path.length === 1 && path[0] === name);
}
