import t from 'tap';
import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { jobsOf } from '../fixtures/jobs.ts';
import { startKeyed, until } from '../fixtures/keyed.ts';
import { plantContact, readsOf, writesTo } from '../fixtures/records.ts';

const createContact = 'amocrm_create_contact';
const createLead = 'amocrm_create_lead';
const forbidden = { kind: 'status', status: 403, body: 'problem' } as const;
/** The time-out is 100 ms: the answer of what is stored or not stored never comes. */
const impatient = { AMO_TIMEOUT_MS: '100' };
const lateUntilReleased = { kind: 'delay', next: { kind: 'after', next: { kind: 'hang' } } } as const;
const late = { kind: 'delay', ms: 1500, next: { kind: 'after', next: { kind: 'hang' } } } as const;

const named = ({ store }: Sandbox, name: string) =>
  [...store.contacts.values(), ...store.leads.values()].filter((entity) => entity.name === name);

t.test('a success that wrote is replayed to the letter and written once', async (t) => {
  const service = await startKeyed(t);
  const first = await service.step(createContact, { name: 'Один' }, 'k');
  t.equal(first.status, 200);
  t.equal(first.headers['idempotency-replayed'], undefined);
  for (const start of [async () => {}, service.restart, service.crash]) {
    await start();
    const again = await service.step(createContact, { name: 'Один' }, 'k');
    t.strictSame([again.status, again.text], [200, first.text]);
    t.match(again.headers, { 'idempotency-replayed': 'true', 'content-type': 'application/json; charset=utf-8' });
  }
  t.equal(named(service.sandbox, 'Один').length, 1);
});

t.test('of two at once one works and the other is told to wait', async (t) => {
  const service = await startKeyed(t, { sandbox: { latencyMs: 20 } });
  const send = (name: string) => service.step(createContact, { name }, 'k');
  const [first, second, other] = await Promise.all([send('Один'), send('Один'), send('Другой')]);
  t.equal(first.status, 200);
  t.match(second, {
    status: 409,
    headers: { 'retry-after': '1' },
    body: { code: 'IDEMPOTENCY_IN_PROGRESS', retryable: true },
  });
  t.match(other, { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED', retryable: false } });
  t.match(await send('Один'), { status: 200, text: first.text });
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a key belongs to one route and one body, as a JSON value, before templates and defaults', async (t) => {
  const service = await startKeyed(t);
  const body = { params: { name: '{who}', tags: ['a'] }, context: { who: 'Один' } };
  const url = `/steps/${createContact}`;
  const first = await service.post(url, body, 'k');
  t.equal(first.status, 200);
  const reordered = { context: { who: 'Один' }, params: { tags: ['a'], name: '{who}' } };
  t.equal((await service.post(url, reordered, 'k')).text, first.text);
  const others: [string, object][] = [
    [url, { ...body, context: { who: 'Другой' } }],
    [url, { ...body, params: { name: 'Один', tags: ['a'] } }],
    [url, { ...body, id: 'x' }],
    [url, { params: {} }],
    [`/steps/${createLead}`, body],
    ['/scenarios/run', body],
  ];
  for (const [route, other] of others) {
    t.match(await service.post(route, other, 'k'), { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  }
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('each caller has keys of its own, and several API keys of one name are one caller', async (t) => {
  const keys = { ann: 'ann-0123456789abcdef', old: 'bob-old-0123456789ab', new: 'bob-new-0123456789ab' };
  const service = await startKeyed(t, { env: { API_KEYS: `ann=${keys.ann},bob=${keys.old},bob=${keys.new}` } });
  const send = (apiKey: string) =>
    service.post(`/steps/${createContact}`, { params: { name: 'Один' } }, 'k', { 'x-api-key': apiKey });
  const [ann, old, rotated] = [await send(keys.ann), await send(keys.old), await send(keys.new)];
  t.not(ann.text, old.text);
  t.equal(rotated.text, old.text);
  t.equal(named(service.sandbox, 'Один').length, 2);
});

t.test('a key is 1 to 255 visible ASCII characters, once', async (t) => {
  const service = await startKeyed(t);
  for (const key of ['', 'a b', 'a\tb', 'ключ', 'x'.repeat(256), 'one, two']) {
    const answer = await service.step(createContact, { name: 'Один' }, key);
    t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST', detail: /^Idempotency-Key / } }, key);
  }
  t.equal(service.sandbox.requests.length, 0);
  for (const key of ['!', '"8e03978e"', '~'.repeat(255)]) {
    t.equal((await service.step(createContact, { name: 'Один' }, key)).status, 200);
  }
});

t.test('the key that a job without one has is nobody’s to send', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ action: { kind: 'status', status: 500 }, times: Number.POSITIVE_INFINITY });
  const { body } = await jobsOf(service).create('Один');
  const answer = await service.step(createContact, { name: 'Один' }, `job ${body.id}`);
  t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST', detail: /^Idempotency-Key / } });
});

t.test('what writes nothing, and what cannot have written, leaves no trace', async (t) => {
  const service = await startKeyed(t);
  t.equal((await service.step('amocrm_find_contact', { query: 'Никто' }, 'k')).status, 200);
  t.equal((await service.step(createContact, {}, 'k')).status, 400);
  t.equal((await service.step(createContact, { name: 'X', custom_fields: { Нет: 1 } }, 'k')).status, 422);
  t.match(await service.step(createContact, { name: 'X', responsible_user_id: 999_999_999 }, 'k'), {
    status: 422,
    body: { code: 'AMOCRM_REJECTED', retryable: false },
  });
  service.sandbox.faults.add({ method: 'POST', action: forbidden });
  t.equal((await service.step(createContact, { name: 'X' }, 'k')).status, 502);
  t.strictSame([service.rows('keys'), service.rows('writes')], [[], []]);
  t.equal((await service.step(createContact, { name: 'Иной' }, 'k')).status, 200);
  t.equal(service.rows('keys').length, 1);
});

t.test('a request without a key costs no disk write', async (t) => {
  const service = await startKeyed(t);
  const release = service.blockDisk();
  t.equal((await service.step(createContact, { name: 'Один' })).status, 200);
  t.equal((await service.step('amocrm_find_contact', { query: 'Один' }, 'k')).status, 200, 'nor does a keyed read');
  release();
});

t.test('a disk that fails refuses keyed writes before anything is sent, and them alone', async (t) => {
  const service = await startKeyed(t, { sandbox: { latencyMs: 10 } });
  const release = service.blockDisk();
  const [keyed, plain] = await Promise.all([
    service.step(createContact, { name: 'С ключом' }, 'k'),
    service.step(createContact, { name: 'Без ключа' }),
  ]);
  t.match(keyed, { status: 503, body: { code: 'OVERLOADED', retryable: true }, headers: { 'retry-after': /^\d+$/ } });
  t.notMatch(keyed.text, /journal\.db|SQLITE|database is locked/);
  t.equal(plain.status, 200);
  t.equal(named(service.sandbox, 'С ключом').length, 0);
  release();
  t.equal((await service.step(createContact, { name: 'С ключом' }, 'k')).status, 200);
  t.equal(named(service.sandbox, 'С ключом').length, 1);
});

t.test('a disk that fails while a call is on the wire costs an answer, never a second entity', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'delay', ms: 50 } } });
  const send = () => service.step(createContact, { name: 'Один' }, 'k');
  const sending = send();
  await until(() => named(service.sandbox, 'Один').length > 0);
  const release = service.blockDisk();
  const [contact] = named(service.sandbox, 'Один');
  t.match(await sending, {
    status: 503,
    body: { code: 'OVERLOADED', retryable: true, written: [{ entity_type: 'contacts', id: contact?.id }] },
  });
  release();
  t.match(await send(), { status: 200, body: { result: { contact_id: contact?.id } } });
  await service.restart();
  t.match(await send(), { status: 200, headers: { 'idempotency-replayed': 'true' } });
  t.equal(named(service.sandbox, 'Один').length, 1);
});

t.test('a journal that cannot be read refuses keyed requests', async (t) => {
  const service = await startKeyed(t);
  service.onDisk((database) => database.exec('ALTER TABLE keys RENAME TO lost'));
  t.match(await service.step(createContact, { name: 'Один' }, 'k'), { status: 503, body: { code: 'OVERLOADED' } });
  t.equal((await service.step(createContact, { name: 'Один' })).status, 200);
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a failed scenario goes on at the step that failed, with the context so far', async (t) => {
  for (const start of ['none', 'restart', 'crash'] as const) {
    const service = await startKeyed(t);
    service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', action: forbidden });
    const document = { ...exampleScenario, context: { user_telegram_id: 4711, user_name: 'Пётр' } };
    const send = () => service.post('/scenarios/run', document, 'k');
    const failed = await send();
    t.match(failed, { status: 502, body: { failed_step: 'add_note', code: 'AMOCRM_FORBIDDEN', retryable: false } });
    t.match(failed.body.written, [{ entity_type: 'contacts' }, { entity_type: 'leads' }]);
    if (start !== 'none') await service[start]();
    const done = await send();
    t.equal(done.status, 200, start);
    t.strictSame(done.body.steps.slice(0, 4), failed.body.steps.slice(0, 4), 'steps done before are told as they were');
    t.equal(done.body.steps.length, 5);
    t.match(done.body.context, { ...failed.body.context, __step_error__: undefined, note_result: { success: true } });
    t.equal((await send()).text, done.text);
    t.strictSame(
      writesTo(service.sandbox).map(({ path, status }) => `${path} ${status}`),
      ['/api/v4/contacts 200', '/api/v4/leads 200', '/api/v4/leads/notes 403', '/api/v4/leads/notes 200'],
    );
    t.equal(readsOf(service.sandbox, 'contacts').filter((query) => query.includes('query=4711')).length, 1);
  }
});

t.test('a resumed scenario that fails again tells all that was written', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', times: 2, action: forbidden });
  const document = { ...exampleScenario, context: { user_telegram_id: 4711, user_name: 'Пётр' } };
  const first = await service.post('/scenarios/run', document, 'k');
  await service.restart();
  const second = await service.post('/scenarios/run', document, 'k');
  t.strictSame(second.body.written, first.body.written);
  t.equal(second.body.steps.length, 5);
  const other = { ...document, scenario_id: 'other' };
  const refused = await service.post('/scenarios/run', other, 'k');
  t.match(refused, { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  t.match(refused.body.detail, /A corrected one needs a new key: it runs from its start and writes everything again/);
});

t.test('the context of a scenario that is done is kept once, in its answer', async (t) => {
  const service = await startKeyed(t);
  const mark = 'метка '.repeat(1_000);
  const steps = [
    { type: createContact, params: { name: 'Один' }, next_step: 'lead' },
    { id: 'lead', type: createLead, params: { name: 'Два' } },
  ];
  const scenario = { steps, context: { mark } };
  service.sandbox.faults.add({ method: 'POST', path: /leads/, action: forbidden });
  t.equal((await service.post('/scenarios/run', scenario, 'k')).status, 502);
  const held = () =>
    service.rows('keys').map((row) => [row.checkpoint, row.response].map((text) => String(text).includes(mark)));
  t.strictSame(held(), [[true, false]]);
  const { status, text } = await service.post('/scenarios/run', scenario, 'k');
  t.equal(status, 200);
  t.strictSame(held(), [[false, true]]);
  await service.restart();
  t.equal((await service.post('/scenarios/run', scenario, 'k')).text, text);
});

t.test('an update whose note failed adds the note alone, and tells of both', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/notes', action: forbidden });
  const update_data = { last_name: 'Новая', source: 'Сайт', tags: ['бот'], notes: 'Заметка' };
  const send = () => service.step('amocrm_update_contact', { contact_id: 12345, update_data }, 'k');
  t.match(await send(), { status: 502, body: { written: [{ entity_type: 'contacts', id: 12345 }] } });
  await service.restart();
  const done = await send();
  t.match(done, {
    status: 200,
    body: { result: { updated: true, updated_fields: ['last_name', 'tags', 'source', 'notes'] } },
  });
  t.equal(done.body.result.contact.last_name, 'Новая');
  t.strictSame(
    writesTo(service.sandbox).map(({ method, status }) => `${method} ${status}`),
    ['PATCH 200', 'POST 403', 'POST 200'],
  );
});

t.test('a scenario that a shutdown has stopped goes on after it', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay', ms: 100 } });
  const document = { ...exampleScenario, context: { user_telegram_id: 4711, user_name: 'Пётр' } };
  const stopped = service.post('/scenarios/run', document, 'k');
  await until(() => writesTo(service.sandbox).length === 2);
  await service.restart();
  t.match(await stopped, {
    status: 503,
    body: { code: 'SHUTTING_DOWN', retryable: true, written: [{ entity_type: 'contacts' }, { entity_type: 'leads' }] },
  });
  t.equal((await service.post('/scenarios/run', document, 'k')).status, 200);
  t.equal(writesTo(service.sandbox).length, 3);
});

t.test('a write that certainly did not happen is sent at once', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', times: 2, action: { kind: 'too-many' } });
  const release = service.step(createContact, { name: 'Один' }, 'k');
  t.equal((await release).status, 200);
  service.sandbox.faults.add({ method: 'POST', times: 3, action: { kind: 'system-error' } });
  t.equal((await service.step(createContact, { name: 'Два' }, 'k2')).status, 502);
  await service.crash();
  t.equal((await service.step(createContact, { name: 'Два' }, 'k2')).status, 200);
  t.equal(named(service.sandbox, 'Два').length, 1);
});

t.test('a create of unknown fate is looked up when its request comes again', async (t) => {
  for (const start of ['none', 'restart', 'crash'] as const) {
    const service = await startKeyed(t, { env: impatient });
    service.sandbox.faults.add({ method: 'POST', action: lateUntilReleased });
    const send = () => service.step(createLead, { name: 'Поздняя', price: 5 }, 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } }, 'absent so far');
    if (start !== 'none') await service[start]();
    await service.sandbox.waiting.release();
    await until(() => named(service.sandbox, 'Поздняя').length > 0);
    const found = await send();
    t.equal(found.status, 200, start);
    t.equal(found.body.result.lead_id, named(service.sandbox, 'Поздняя')[0]?.id);
    t.match(await send(), { text: found.text, headers: { 'idempotency-replayed': 'true' } });
    t.equal(named(service.sandbox, 'Поздняя').length, 1);
    t.equal(writesTo(service.sandbox).length, 1);
  }
});

t.test('it is written again only when it is still absent 60 seconds after the call ended', async (t) => {
  for (const start of ['none', 'restart', 'crash'] as const) {
    const service = await startKeyed(t, { env: impatient });
    service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    const send = () => service.step(createLead, { name: 'Пропавшая' }, 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    service.travel(20);
    if (start !== 'none') await service[start]();
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' }, headers: { 'retry-after': /^[1-6]?\d$/ } });
    t.equal(writesTo(service.sandbox).length, 1);
    // amoCRM dates its answers to the second, which is 20 of these: so much may be waited longer.
    service.travel(65);
    t.equal((await send()).status, 200, start);
    t.equal(writesTo(service.sandbox).length, 2);
    t.equal(named(service.sandbox, 'Пропавшая').length, 1);
  }
});

t.test('what was on the wire when the process died is looked up, or written a minute later', async (t) => {
  for (const action of [{ kind: 'after', next: { kind: 'hang' } }, late, { kind: 'hang' }] as const) {
    const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '1000' } });
    service.sandbox.faults.add({ method: 'POST', action });
    const arrived = writesTo(service.sandbox).length + 1;
    const send = () => service.step(createContact, { name: 'Один', phone: '+79001112233' }, 'k');
    const lost = send();
    await until(() => writesTo(service.sandbox).length === arrived);
    await service.crash();
    if (action.kind === 'hang') {
      t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
      service.travel(81);
    } else await until(() => named(service.sandbox, 'Один').length > 0);
    const found = await send();
    t.match(found, { status: 200, body: { result: { contact_id: named(service.sandbox, 'Один')[0]?.id } } });
    t.equal(named(service.sandbox, 'Один').length, 1);
    await lost;
  }
});

t.test('equal creates of two keys that a crash left open get an id each', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '1000' } });
  service.sandbox.faults.add({ method: 'POST', times: 2, action: { kind: 'after', next: { kind: 'hang' } } });
  const send = (key: string) => service.step(createLead, { name: 'Близнец', price: 1 }, key);
  const lost = [send('a'), send('b')];
  await until(() => named(service.sandbox, 'Близнец').length === 2);
  await service.crash();
  const third = await send('c');
  const [a, b] = [await send('a'), await send('b')];
  const ids = [a, b, third].map(({ body }) => body.result?.lead_id);
  t.strictSame(
    [...ids].sort(),
    named(service.sandbox, 'Близнец')
      .map(({ id }) => id)
      .sort(),
  );
  t.equal(new Set(ids).size, 3);
  await Promise.all(lost);
});

t.test('ids that were answered before a restart are nobody else’s after it', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '300' } });
  const send = (key: string) => service.step(createLead, { name: 'Близнец' }, key);
  t.equal((await send('a')).status, 200);
  await service.crash();
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  t.match(await send('b'), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
});

t.test('find-or-create that had begun to create says so when it goes on', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '1000' } });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
  const send = () => service.step('amocrm_find_or_create_contact', { telegram_id: '4711', name: 'Пётр' }, 'k');
  const lost = send();
  await until(() => named(service.sandbox, 'Пётр').length > 0);
  await service.crash();
  t.match(await send(), { status: 200, body: { result: { created: true, found: false, matched_by: null } } });
  t.equal(named(service.sandbox, 'Пётр').length, 1);
  await lost;
});

t.test('find-or-create whose create never arrived looks for the person again', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const send = () => service.step('amocrm_find_or_create_contact', { telegram_id: '4711', name: 'Пётр' }, 'k');
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  const other = plantContact(service.sandbox, { name: 'Пётр из окна', telegram: '4711' });
  // amoCRM dates its answers to the second, which is 20 of these: so much may be waited longer.
  service.travel(82);
  t.match(await send(), { status: 200, body: { result: { created: false, found: true, contact_id: other } } });
  t.equal(named(service.sandbox, 'Пётр').length, 0);
});

t.test('a create of unknown fate is found behind a thousand newer ones', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  service.sandbox.faults.add({ method: 'POST', action: late });
  const send = () => service.step(createContact, { name: 'Давний' }, 'k');
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  await until(() => named(service.sandbox, 'Давний').length > 0);
  const createdAt = Math.ceil(Date.now() / 1000);
  for (let index = 0; index < 1500; index += 1) plantContact(service.sandbox, { name: 'Новее', createdAt });
  t.match(await send(), { status: 200, body: { result: { contact_id: named(service.sandbox, 'Давний')[0]?.id } } });
});

t.test('what becomes of the rest of a batch does not touch an answer that is stored', async (t) => {
  const service = await startKeyed(t, { second: 1000 });
  service.sandbox.faults.add({ method: 'PATCH', action: { kind: 'omit', keep: 1 } });
  const send = (contact_id: number) =>
    service.step('amocrm_update_contact', { contact_id, update_data: { last_name: 'Новая' } }, `k${contact_id}`);
  const ids = [12345, 12346];
  const both = ids.map(send);
  await Promise.race(both);
  service.sandbox.faults.add({ method: 'GET', action: { kind: 'unauthorized' } });
  t.equal((await service.step('amocrm_search', { query: 'Иван' })).status, 502, 'nothing more goes out now');
  const answers = await Promise.all(both);
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 504]);
  t.equal(writesTo(service.sandbox).length, 1);
  const done = ids[answers.findIndex(({ status }) => status === 200)] ?? 0;
  t.match(await send(done), { status: 200, headers: { 'idempotency-replayed': 'true' } });
});

t.test('the caller may hang up: under its key the request goes on', async (t) => {
  const service = await startKeyed(t, { sandbox: { latencyMs: 20 } });
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay', ms: 200 } });
  const document = { ...exampleScenario, context: { user_telegram_id: 4711, user_name: 'Пётр' } };
  const hungUp = new AbortController();
  const lost = service.post('/scenarios/run', document, 'k', {}, hungUp.signal);
  await until(() => named(service.sandbox, 'Пётр').length > 0);
  hungUp.abort();
  await lost.catch(() => undefined);
  let answer = await service.post('/scenarios/run', document, 'k');
  while (answer.status === 409) answer = await service.post('/scenarios/run', document, 'k');
  t.equal(answer.status, 200);
  t.equal(named(service.sandbox, 'Пётр').length, 1);
  t.equal(named(service.sandbox, 'Сделка от Пётр').length, 1);
});
