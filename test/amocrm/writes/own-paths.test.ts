import t from 'tap';
import { createDryGate, type DryRequest } from '../../../src/amocrm/dry-gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { atOwnPath } from '../../../src/amocrm/shapes/collection.ts';
import { atPath } from '../../../src/amocrm/writes/draft.ts';
import type { Write } from '../../../src/amocrm/writes/writers.ts';
import type { FaultAction } from '../../../src/sandbox/sandbox.ts';
import { startGate } from '../../fixtures/keyed-gate.ts';
import { ownPaths as cases, destination, hook } from '../../fixtures/own-paths.ts';
import { writesTo } from '../../fixtures/records.ts';

/** Writes of one object at a path of its own, through the gate. */

const always = Number.POSITIVE_INFINITY;
const status = (code: number): FaultAction => ({ kind: 'status', status: code, body: 'html' });

const inDoubt: [how: string, action: FaultAction, isCarriedOut: boolean][] = [
  ['dropped before it was done', { kind: 'drop' }, false],
  ['dropped after it was done', { kind: 'after', next: { kind: 'drop' } }, true],
  ['answered 502 after it was done', { kind: 'after', next: status(502) }, true],
  ['answered 504 after it was done', { kind: 'after', next: status(504) }, true],
  ['answered 504 and not done', status(504), false],
  ['answered with a page', { kind: 'after', next: status(200) }, true],
  ['answered too late', { kind: 'after', next: { kind: 'hang' } }, true],
];

for (const [what, { prepare, isDone, answer, path, listed }] of Object.entries(cases)) {
  t.test(`${what} is one call with one object, and is told with its id`, async (t) => {
    const gate = await startGate(t);
    const write = await prepare(gate);
    const ended = await gate.write(write);
    t.match(ended?.answer, answer);
    t.strictSame(ended?.written, [{ entity_type: listed, id: ended?.answer?.id }]);
    t.ok(isDone(gate.sandbox));
    t.equal(ended?.answer?.request_id, undefined);
    const [sent, ...more] = writesTo(gate.sandbox);
    t.match(sent?.path, path);
    t.strictSame(sent?.body ?? {}, write.draft.body);
    t.strictSame(more, []);
    t.notOk(
      gate.reports.some((report) => JSON.stringify(report).includes(String(ended?.answer?.id))),
      'shapes alone',
    );
    t.match(gate.reports.at(-1), { method: write.method, items: 1 });
  });

  for (const [how, action, isCarriedOut] of inDoubt) {
    t.test(`${what} that is ${how} is done once, and told`, async (t) => {
      const gate = await startGate(t);
      const write = await prepare(gate);
      gate.sandbox.faults.add({ method: write.method, action });
      t.match((await gate.write(write))?.answer, 'proof' in write ? { id: /^\w+/ } : { id: /./ });
      t.ok(isDone(gate.sandbox));
      const isAsked = 'proof' in write && isCarriedOut;
      t.equal(writesTo(gate.sandbox).length, isAsked ? 1 : 2);
    });
  }

  t.test(`${what} that is never answered is of unknown outcome, and goes on under its key`, async (t) => {
    for (const isCarriedOut of [true, false]) {
      const gate = await startGate(t);
      const write = await prepare(gate);
      const hang: FaultAction = { kind: 'hang' };
      const action: FaultAction = isCarriedOut ? { kind: 'after', next: hang } : hang;
      gate.sandbox.faults.add({ method: write.method, times: 3, action });
      const first = await gate.write(write, 'k');
      const isAsked = 'proof' in write && isCarriedOut;
      if (isAsked) t.match(first?.answer, { lead_id: Number });
      else t.match(first?.problem, { code: 'OUTCOME_UNKNOWN' });
      await gate.restart();
      const again = await gate.write(write, 'k');
      t.match(again?.answer, { id: /./ });
      t.ok(isDone(gate.sandbox));
      t.equal(writesTo(gate.sandbox).length, isAsked ? 1 : 4);
    }
  });

  t.test(`${what} that amoCRM refuses is refused with amoCRM’s words, and is not repeated`, async (t) => {
    const gate = await startGate(t);
    const write = await prepare(gate);
    const body = { title: 'Unprocessable Entity', status: 422, detail: 'Limit 100 per account' };
    gate.sandbox.faults.add({ method: write.method, action: { kind: 'status', status: 422, body } });
    const { problem } = (await gate.write(write, 'k')) ?? {};
    t.match(problem, { code: 'AMOCRM_REJECTED', detail: { en: /Limit 100 per account/ } });
    t.equal(writesTo(gate.sandbox).length, 1);
    t.match((await gate.write(write, 'k'))?.answer, { id: /./ }, 'its key is free for another try');
  });
}

t.test('a refusal names the caller’s param, whatever request_id it has', async (t) => {
  const gate = await startGate(t);
  const write = await cases['an upsert']?.prepare(gate);
  if (write === undefined) return t.fail('no case');
  write.draft.body.settings = ['add_robot'];
  t.match((await gate.write(write))?.problem, { code: 'AMOCRM_REJECTED', faults: [{ path: ['events'] }] });
});

t.test('what is not there: the caller learns it at the first try, and at a second it is done', async (t) => {
  const gate = await startGate(t);
  const write: Write = {
    method: 'DELETE',
    collection: atOwnPath('webhooks', 'webhooks', { id: destination }),
    draft: { body: { destination }, origins: [{ at: atPath, path: ['destination'] }] },
  };
  for (const key of [undefined, 'k']) {
    const { problem, written } = (await gate.write(write, key)) ?? {};
    t.match(problem, {
      code: 'ENTITY_NOT_FOUND',
      faults: [{ path: ['destination'], message: { en: /Webhook not found/ } }],
    });
    t.strictSame(written, []);
  }
  gate.sandbox.faults.add({ method: 'DELETE', action: status(502) });
  t.strictSame((await gate.write(write, 'k'))?.answer, { id: destination });
});

t.test('a change of what is not there is told at its param', async (t) => {
  const gate = await startGate(t);
  const write: Write = {
    method: 'PATCH',
    collection: atOwnPath('leads/pipelines/5', 'leads/pipelines', { id: 5 }),
    draft: { body: { name: 'Иначе' }, origins: [{ at: atPath, path: ['pipeline_id'] }] },
  };
  t.match((await gate.write(write))?.problem, { code: 'ENTITY_NOT_FOUND', faults: [{ path: ['pipeline_id'] }] });
});

t.test('an action that a late call has done is refused on the second try, and told as done', async (t) => {
  const gate = await startGate(t);
  const write = await cases['an action']?.prepare(gate);
  if (write === undefined) return t.fail('no case');
  gate.sandbox.faults.add({ method: 'POST', action: { kind: 'late', next: { kind: 'drop' } } });
  gate.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const ended = gate.write(write);
  while (writesTo(gate.sandbox).length < 2) await new Promise(setImmediate);
  await gate.sandbox.waiting.release();
  t.match((await ended)?.answer, { lead_id: Number });
  t.equal(writesTo(gate.sandbox).length, 2);
});

t.test('an action whose proof cannot be had is of unknown outcome', async (t) => {
  const gate = await startGate(t);
  const write = await cases['an action']?.prepare(gate);
  if (write === undefined) return t.fail('no case');
  gate.sandbox.faults.add({ method: 'POST', action: { kind: 'drop' } });
  gate.sandbox.faults.add({ method: 'GET', times: always, action: { kind: 'status', status: 403, body: 'problem' } });
  t.match((await gate.write(write))?.problem, { code: 'OUTCOME_UNKNOWN' });
  t.equal(writesTo(gate.sandbox).length, 1);
});

t.test('PUT goes out with a list of one where amoCRM wants it, and a 202 is its end', async (t) => {
  const gate = await startGate(t);
  const file = { file_uuid: '5f6d0b6e-5e10-4a2c-b1d9-0d4f3a1c7e55' };
  const own = { id: file.file_uuid, inList: true };
  gate.sandbox.faults.add({ method: 'PUT', action: { kind: 'drop' } });
  gate.sandbox.faults.add({ method: 'PUT', action: status(202) });
  const write: Write = {
    method: 'PUT',
    collection: atOwnPath('leads/67890/files', 'files', own),
    draft: { body: file, origins: [] },
  };
  t.strictSame((await gate.write(write, 'k'))?.answer, { id: file.file_uuid });
  t.strictSame(
    writesTo(gate.sandbox).map(({ method, body }) => [method, body]),
    [
      ['PUT', [file]],
      ['PUT', [file]],
    ],
  );
});

t.test('a dry run tells the one call, which is shared with no other, and writes nothing', async (t) => {
  for (const { prepare, path } of Object.values(cases)) {
    const gate = await startGate(t);
    const write = await prepare(gate);
    const requests: DryRequest[] = [];
    const dryGate = createDryGate(gate.gate(), (request) => requests.push(request));
    const operation = startOperation('tests', 1_000, []);
    const { own } = write.collection;
    t.strictSame(await dryGate.write(write, operation), { id: own?.id });
    operation.end();
    const { body } = write.draft;
    const sent = Object.keys(body).length === 0 ? {} : { body };
    t.match(requests, [{ method: write.method, path, shares_call: false, ...sent }]);
    t.equal(requests[0] && 'body' in requests[0], 'body' in sent);
    t.strictSame(writesTo(gate.sandbox), []);
  }
});

t.test('many at once are each answered with their own', async (t) => {
  const gate = await startGate(t, { second: 200 });
  const writes = Array.from({ length: 60 }, (_, index): Write => {
    const address = `${destination}/${index}`;
    const collection = atOwnPath('webhooks', 'webhooks', { id: address });
    return { method: 'POST', collection, draft: { body: { ...hook, destination: address }, origins: [] } };
  });
  const ended = await Promise.all(writes.map((write) => gate.write(write)));
  t.equal(new Set(ended.map((each) => each?.answer?.id)).size, 60);
  t.equal(writesTo(gate.sandbox).length, 60);
});
