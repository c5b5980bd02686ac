import t, { type Test } from 'tap';
import { createDryGate, type DryRequest } from '../../../src/amocrm/dry-gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { atOwnPath } from '../../../src/amocrm/shapes/collection.ts';
import { atPath } from '../../../src/amocrm/writes/draft.ts';
import type { Write } from '../../../src/amocrm/writes/writers.ts';
import { makeDocument } from '../../../src/problems/make-document.ts';
import { placeUnder } from '../../../src/problems/problem.ts';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { type Ended, startGate } from '../../fixtures/keyed-gate.ts';
import { writesTo } from '../../fixtures/records.ts';

/** What must not be done twice and leaves no trace, by the run of a Salesbot: through the gate. */

const bot = 9301;
const target = { entity_id: 67890, entity_type: 'leads' };
const runsOf = ({ store }: Sandbox) => store.bots.get(bot)?.runs.length;
const runOf = (id = bot): Write => ({
  method: 'POST',
  collection: atOwnPath(`bots/${id}/run`, 'bots', { id, inDoubt: 'give up' }),
  draft: { body: { ...target }, origins: [{ at: atPath, path: ['bot_id'] }] },
});
const status = (code: number): FaultAction => ({ kind: 'status', status: code, body: 'html' });

function assertForGood(t: Test, ended: Ended | undefined): void {
  const { problem, written } = ended ?? {};
  t.match(problem, { code: 'OUTCOME_UNKNOWN', retryAfter: undefined });
  t.strictSame(written, []);
  if (problem === undefined) return;
  for (const keyed of [true, false]) {
    t.equal(makeDocument(problem, { id: '', keyed }).retryable, false);
    t.equal(makeDocument(placeUnder(['steps', 0], problem), { id: '', keyed }).retryable, false, 'in a scenario too');
  }
}

t.test('a run is one call, and what amoCRM answers with 202 and a page is done', async (t) => {
  const gate = await startGate(t);
  const ended = await gate.write(runOf(), 'k');
  t.strictSame(ended, { answer: { id: bot }, written: [{ entity_type: 'bots', id: bot }] });
  t.match(writesTo(gate.sandbox), [{ method: 'POST', path: `/api/v4/bots/${bot}/run`, body: target, status: 202 }]);
  await gate.restart();
  t.strictSame((await gate.write(runOf(), 'k'))?.answer, { id: bot });
  t.equal(runsOf(gate.sandbox), 1);
});

const inDoubt: [how: string, action: FaultAction, runs: number][] = [
  ['dropped before it was done', { kind: 'drop' }, 0],
  ['dropped after it was done', { kind: 'after', next: { kind: 'drop' } }, 1],
  ['answered 502 after it was done', { kind: 'after', next: status(502) }, 1],
  ['answered 502 and not done', status(502), 0],
  ['answered 504 after it was done', { kind: 'after', next: status(504) }, 1],
  ['answered 504 and not done', status(504), 0],
  ['answered with a page', { kind: 'after', next: status(200) }, 1],
  ['answered too late', { kind: 'after', next: { kind: 'hang' } }, 1],
  ['never answered', { kind: 'hang' }, 0],
];

for (const [how, action, runs] of inDoubt) {
  t.test(`a run that is ${how} is of unknown outcome, and is never sent again`, async (t) => {
    const gate = await startGate(t);
    for (const key of [undefined, 'k']) {
      gate.sandbox.faults.add({ method: 'POST', action });
      assertForGood(t, await gate.write(runOf(), key));
    }
    t.equal(writesTo(gate.sandbox).length, 2);
    t.equal(runsOf(gate.sandbox), 2 * runs);
    assertForGood(t, await gate.write(runOf(), 'k'));
    await gate.restart();
    gate.travel(3_600);
    assertForGood(t, await gate.write(runOf(), 'k'));
    t.equal(writesTo(gate.sandbox).length, 2, 'nothing more has gone out');
    t.strictSame((await gate.write(runOf(), 'another'))?.answer, { id: bot }, 'under another key it is another run');
  });
}

const notDone: [how: string, action: FaultAction][] = [
  ['too many requests', { kind: 'too-many' }],
  ['a system error', { kind: 'system-error' }],
];

for (const [how, action] of notDone) {
  t.test(`a run that amoCRM has certainly not begun, for ${how}, is sent again`, async (t) => {
    const gate = await startGate(t);
    gate.sandbox.faults.add({ method: 'POST', action });
    t.strictSame((await gate.write(runOf(), 'k'))?.answer, { id: bot });
    t.equal(writesTo(gate.sandbox).length, 2);
    t.equal(runsOf(gate.sandbox), 1);
  });
}

t.test('a run that is refused is told at its param, and its key is free for another try', async (t) => {
  const gate = await startGate(t);
  const absent = await gate.write(runOf(5), 'a');
  t.match(absent?.problem, { code: 'ENTITY_NOT_FOUND', faults: [{ path: ['bot_id'] }] });
  gate.sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 403, body: 'problem' } });
  t.match((await gate.write(runOf(), 'b'))?.problem, { code: 'AMOCRM_FORBIDDEN' });
  t.strictSame((await gate.write(runOf(), 'b'))?.answer, { id: bot });
  t.equal(runsOf(gate.sandbox), 1);
});

t.test('a run that is on the wire when the service ends is of unknown outcome for good', async (t) => {
  const gate = await startGate(t, { timeoutMs: 5_000 });
  gate.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const ended = gate.write(runOf(), 'k');
  while (writesTo(gate.sandbox).length === 0) await new Promise(setImmediate);
  gate.gate().giveUp(new Error('the service ends'));
  assertForGood(t, await ended);
  await gate.restart();
  assertForGood(t, await gate.write(runOf(), 'k'));
  t.equal(writesTo(gate.sandbox).length, 1);
});

t.test('a run under a key is done at most once, wherever the process dies', async (t) => {
  const ends = new Set<string>();
  let isLast = false;
  for (let moment = 1; !isLast; moment += 1) {
    const gate = await startGate(t);
    gate.dieIn(moment);
    isLast = (await gate.write(runOf(), 'k')) !== undefined;
    await gate.restart();
    const again = await gate.write(runOf(), 'k');
    if (again?.answer === undefined) assertForGood(t, again);
    else t.equal(runsOf(gate.sandbox), 1);
    t.ok(writesTo(gate.sandbox).length <= 1);
    ends.add(again?.problem?.code ?? 'done');
  }
  t.strictSame(ends, new Set(['done', 'OUTCOME_UNKNOWN']));
});

t.test('a dry run tells of the run and makes none', async (t) => {
  const gate = await startGate(t);
  const requests: DryRequest[] = [];
  const operation = startOperation('tests', 1_000, []);
  const answer = await createDryGate(gate.gate(), (request) => requests.push(request)).write(runOf(), operation);
  operation.end();
  t.strictSame(answer, { id: bot });
  const path = `/api/v4/bots/${bot}/run`;
  t.strictSame(requests, [{ method: 'POST', path, body: target, shares_call: false }]);
  t.strictSame(writesTo(gate.sandbox), []);
});
