import t from 'tap';
import { createDryGate, type DryRequest } from '../../../src/amocrm/dry-gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import type { Write } from '../../../src/amocrm/writes/writers.ts';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { dictionaries as cases, type DictionaryCase, entryOf, idsNamed } from '../../fixtures/dictionaries.ts';
import { type Ended, type KeyedGate, startGate } from '../../fixtures/keyed-gate.ts';
import { writesTo } from '../../fixtures/records.ts';
import { send } from '../../sandbox/open.ts';

/** Entries of the account's own dictionaries, which tell neither when nor by whom they were made: through the gate. */

const always = Number.POSITIVE_INFINITY;
const name = 'Из бота';
const status = (code: number): FaultAction => ({ kind: 'status', status: code, body: 'html' });
const after = (next: FaultAction): FaultAction => ({ kind: 'after', next });
const methodsOf = ({ requests }: Sandbox) => requests.map(({ method }) => method);

/** Somebody adds an entry in amoCRM's own window. */
async function addByHand({ sandbox }: KeyedGate, { collection, rest }: DictionaryCase, own: string): Promise<void> {
  const { status } = await send(sandbox, 'POST', `/api/v4/${collection.path}`, [{ name: own, ...rest }]);
  if (status >= 300) throw new Error(`${collection.path} answers ${status}`);
  sandbox.requests.splice(0);
}

/** Tries again as often as it is told to come back: amoCRM's clock tells whole seconds, and those of the gate are short. */
async function writePatiently(gate: KeyedGate, write: Write, key: string): Promise<Ended | undefined> {
  const ended = await gate.write(write, key);
  if (ended?.problem?.retryAfter === undefined) return ended;
  gate.travel(ended.problem.retryAfter);
  return writePatiently(gate, write, key);
}

const pipelines = cases['a pipeline'];
if (pipelines === undefined) throw new Error('no pipelines');

const inDoubt: [how: string, action: FaultAction, calls: number, isKnown: boolean][] = [
  ['dropped before it was done', { kind: 'drop' }, 2, true],
  ['dropped after it was done', after({ kind: 'drop' }), 1, true],
  ['answered 502 after it was done', after(status(502)), 1, true],
  ['answered 502 and not done', status(502), 2, true],
  ['answered 504 after it was done', after(status(504)), 1, true],
  ['answered 504 and not done', status(504), 1, false],
  ['answered with a page', after(status(200)), 1, true],
  ['answered by an empty list', { kind: 'omit', keep: 0 }, 1, true],
  ['answered with an id that cannot be', { kind: 'wrong-answer', how: 'zero-id' }, 1, true],
  ['answered in part', { kind: 'cut', bytes: 40 }, 1, true],
  ['answered too late', after({ kind: 'hang' }), 1, true],
  ['never answered', { kind: 'hang' }, 1, false],
];

for (const [what, entry] of Object.entries(cases)) {
  const write = () => entryOf(entry, name);

  t.test(`${what} is one call with a list of one, after a look at what is there`, async (t) => {
    const gate = await startGate(t);
    const { answer, written } = (await gate.write(write())) ?? {};
    const [id, ...others] = idsNamed(entry, gate.sandbox, name);
    t.strictSame(others, []);
    t.match(answer, { id, name, ...entry.answer });
    t.notOk(answer && 'request_id' in answer);
    t.strictSame(written, [{ entity_type: entry.collection.list, id }]);
    t.strictSame(methodsOf(gate.sandbox), ['GET', 'POST']);
    t.match(writesTo(gate.sandbox), [{ path: `/api/v4/${entry.collection.path}`, body: [write().draft.body] }]);
    t.strictSame(Object.keys(Object([writesTo(gate.sandbox)[0]?.body]).flat()[0]), [
      'name',
      ...Object.keys(entry.rest),
    ]);
  });

  for (const [how, action, calls, isKnown] of inDoubt) {
    t.test(`${what} that is ${how} is ${isKnown ? 'made once, and told' : 'of unknown outcome'}`, async (t) => {
      const gate = await startGate(t);
      gate.sandbox.faults.add({ method: 'POST', action });
      const { answer, problem, written } = (await gate.write(write())) ?? {};
      const [id, ...others] = idsNamed(entry, gate.sandbox, name);
      t.strictSame(others, []);
      t.equal(writesTo(gate.sandbox).length, calls);
      if (isKnown) t.match(answer, { id, name, ...entry.answer });
      else t.match(problem, { code: 'OUTCOME_UNKNOWN' });
      t.strictSame(written, isKnown ? [{ entity_type: entry.collection.list, id }] : []);
    });
  }

  t.test(`${what} in doubt under a key is looked for, and made when it is absent after a minute`, async (t) => {
    for (const isCarriedOut of [true, false]) {
      const gate = await startGate(t);
      const { sandbox } = gate;
      const hang: FaultAction = isCarriedOut ? { kind: 'late', next: { kind: 'hang' } } : { kind: 'hang' };
      sandbox.faults.add({ method: 'POST', action: hang });
      t.match((await gate.write(write(), 'k'))?.problem, { code: 'OUTCOME_UNKNOWN', retryAfter: undefined });
      await gate.restart();
      t.match((await gate.write(write(), 'k'))?.problem, { code: 'OUTCOME_UNKNOWN', retryAfter: Number });
      t.equal(writesTo(sandbox).length, 1);
      await sandbox.waiting.release();
      const { answer } = (await writePatiently(gate, write(), 'k')) ?? {};
      t.match(answer, { name, ...entry.answer });
      t.strictSame(idsNamed(entry, sandbox, name), [answer?.id]);
      t.equal(writesTo(sandbox).length, isCarriedOut ? 1 : 2);
      await gate.restart();
      t.strictSame((await gate.write(write(), 'k'))?.answer, answer, 'the same again');
    }
  });

  t.test(`${what} of a name that is there already is never taken for ours`, async (t) => {
    const gate = await startGate(t);
    await addByHand(gate, entry, name);
    const [old] = idsNamed(entry, gate.sandbox, name);
    gate.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    t.match((await gate.write(write(), 'k'))?.problem, { code: 'OUTCOME_UNKNOWN' });
    await gate.restart();
    t.match((await gate.write(write(), 'k'))?.problem, { code: 'OUTCOME_UNKNOWN' }, 'after a restart neither');
    gate.sandbox.faults.add({ method: 'POST', action: after({ kind: 'drop' }) });
    const { answer } = (await gate.write(write())) ?? {};
    t.strictSame(idsNamed(entry, gate.sandbox, name), [old, answer?.id]);
    const late = (await writePatiently(gate, write(), 'k'))?.answer;
    t.match(late, { name });
    t.notOk([old, answer?.id].includes(Number(late?.id)), 'nor what another write has made meanwhile');
    t.equal(idsNamed(entry, gate.sandbox, name).length, 3);
  });

  t.test(`${what} under a key is made once, wherever the process dies`, async (t) => {
    let isLast = false;
    for (let moment = 1; !isLast; moment += 1) {
      const gate = await startGate(t);
      gate.dieIn(moment);
      isLast = (await gate.write(write(), 'k')) !== undefined;
      await gate.restart();
      const { answer } = (await writePatiently(gate, write(), 'k')) ?? {};
      t.match(answer, { name, ...entry.answer }, `moment ${moment}`);
      t.strictSame(idsNamed(entry, gate.sandbox, name), [answer?.id], `moment ${moment}`);
      if (isLast) t.ok(moment > 5, `${moment} moments`);
    }
  });

  t.test(`${what} that is refused names the caller’s param, and its key is free`, async (t) => {
    const gate = await startGate(t);
    const bad = entryOf(entry, name);
    Object.assign(bad.draft.body, { name: 5 });
    t.match((await gate.write(bad, 'k'))?.problem, { code: 'AMOCRM_REJECTED', faults: [{ path: ['name'] }] });
    const body = { title: 'Unprocessable Entity', status: 422, detail: 'Limit 10 per account' };
    gate.sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 422, body } });
    t.match((await gate.write(write(), 'k'))?.problem, {
      code: 'AMOCRM_REJECTED',
      detail: { en: /Limit 10 per account/ },
    });
    t.match((await gate.write(write(), 'k'))?.answer, { name });
    t.equal(idsNamed(entry, gate.sandbox, name).length, 1);
  });
}

t.test('entries of one dictionary are added one after the other, each found as its own', async (t) => {
  const gate = await startGate(t);
  const { sandbox } = gate;
  sandbox.faults.add({ method: 'POST', every: 2, times: always, action: after({ kind: 'drop' }) });
  const ended = await Promise.all(Array.from({ length: 6 }, () => gate.write(entryOf(pipelines, name))));
  const told = ended.map((each) => each?.answer?.id);
  t.strictSame(told, idsNamed(pipelines, sandbox, name));
  t.equal(new Set(told).size, 6);
  t.notMatch(methodsOf(sandbox).join(' '), /POST POST/, 'each begins with a look of its own');
});

t.test('entries of different dictionaries do not wait for each other', async (t) => {
  const gate = await startGate(t, { timeoutMs: 5_000 });
  gate.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/pipelines', action: { kind: 'delay' } });
  const held = gate.write(entryOf(pipelines, name));
  const others = Object.values(cases).filter(({ collection }) => !collection.path.startsWith('leads/pipelines'));
  for (const other of others) t.match((await gate.write(entryOf(other, name)))?.answer, { name });
  t.equal(idsNamed(pipelines, gate.sandbox, name).length, 0);
  await gate.sandbox.waiting.release();
  t.match((await held)?.answer, { name });
});

const foreign = (own: string): FaultAction => ({
  kind: 'meanwhile',
  method: 'POST',
  path: 'leads/pipelines',
  body: [{ ...pipelines.rest, name: own }],
  next: after({ kind: 'drop' }),
});

t.test('what somebody else adds meanwhile is told apart by its name', async (t) => {
  const gate = await startGate(t);
  gate.sandbox.faults.add({ method: 'POST', action: foreign('Не из бота') });
  const { answer } = (await gate.write(entryOf(pipelines, name))) ?? {};
  t.strictSame([answer?.id], idsNamed(pipelines, gate.sandbox, name));
});

t.test('where somebody else adds one of that name, nobody can tell which is ours', async (t) => {
  const gate = await startGate(t);
  gate.sandbox.faults.add({ method: 'POST', action: foreign(name) });
  t.match((await gate.write(entryOf(pipelines, name)))?.problem, {
    code: 'OUTCOME_UNKNOWN',
    detail: { en: /more equal/ },
  });
  t.equal(writesTo(gate.sandbox).length, 1);
});

t.test('names are compared as people do', async (t) => {
  const gate = await startGate(t);
  const { sandbox } = gate;
  sandbox.faults.add({ method: 'POST', action: foreign('  ИЗ БОТА ') });
  sandbox.faults.add({ method: 'GET', skip: 1, action: { kind: 'delay' } });
  const ended = gate.write(entryOf(pipelines, name));
  while (sandbox.waiting.size === 0) await new Promise(setImmediate);
  const [own] = idsNamed(pipelines, sandbox, name);
  sandbox.store.pipelines.delete(own ?? 0);
  await sandbox.waiting.release();
  t.match((await ended)?.answer, { name: '  ИЗ БОТА ' });
});

t.test('all pages of a dictionary are read', async (t) => {
  const gate = await startGate(t);
  const fields = cases['a custom field'];
  if (fields === undefined) return t.fail('no fields');
  for (let index = 0; index < 120; index += 1)
    gate.sandbox.store.addField('leads', { name: `Поле ${index}`, type: 'text' });
  gate.sandbox.store.addField('leads', { name, type: 'text' });
  gate.sandbox.faults.add({ method: 'POST', action: after({ kind: 'drop' }) });
  const pages = Math.ceil(gate.sandbox.store.fields.leads.size / 50);
  const { answer } = (await gate.write(entryOf(fields, name))) ?? {};
  t.equal(idsNamed(fields, gate.sandbox, name)[1], answer?.id);
  t.equal(methodsOf(gate.sandbox).filter((method) => method === 'GET').length, 2 * pages);
  t.ok(pages > 2);
});

t.test('where the dictionary cannot be read, nothing is sent', async (t) => {
  const gate = await startGate(t);
  gate.sandbox.faults.add({ method: 'GET', times: always, action: { kind: 'status', status: 403, body: 'problem' } });
  t.match((await gate.write(entryOf(pipelines, name), 'k'))?.problem, { code: 'AMOCRM_FORBIDDEN' });
  t.strictSame(writesTo(gate.sandbox), []);
  gate.sandbox.faults.clear();
  t.match((await gate.write(entryOf(pipelines, name), 'k'))?.answer, { name });
});

t.test('a look that fails does not count: nothing is sent again before one has succeeded', async (t) => {
  const gate = await startGate(t);
  gate.sandbox.faults.add({ method: 'POST', action: after({ kind: 'drop' }) });
  gate.sandbox.faults.add({ method: 'GET', skip: 1, times: 5, action: status(502) });
  t.match((await gate.write(entryOf(pipelines, name)))?.answer, { name });
  t.equal(writesTo(gate.sandbox).length, 1);
});

t.test('a dictionary that is not there is told at the param of its path', async (t) => {
  const gate = await startGate(t);
  const { collection, ...rest } = cases['a status'] ?? pipelines;
  const nowhere = { ...rest, collection: { ...collection, path: 'leads/pipelines/5/statuses' } };
  const { problem } = (await gate.write(entryOf(nowhere, name))) ?? {};
  t.match(problem, { code: 'ENTITY_NOT_FOUND', faults: [{ path: ['pipeline_id'] }] });
});

t.test('a dry run tells the one call, and gives an id that cannot be', async (t) => {
  const gate = await startGate(t);
  const requests: DryRequest[] = [];
  const operation = startOperation('tests', 1_000, []);
  const dryGate = createDryGate(gate.gate(), (request) => requests.push(request));
  const write = entryOf(pipelines, name);
  t.strictSame(await dryGate.write(write, operation), { id: Number.MAX_SAFE_INTEGER });
  operation.end();
  const sent = { method: 'POST', path: '/api/v4/leads/pipelines', body: [write.draft.body], shares_call: false };
  t.strictSame(requests, [sent]);
  t.strictSame(writesTo(gate.sandbox), []);
});
