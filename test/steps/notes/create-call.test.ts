import t from 'tap';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { KINDS, type Kind } from '../../../src/sandbox/store/models.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const type = 'amocrm_create_call';
const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
/** Contact 12346 has this number and one open lead, 67891; nobody has the other. */
const known = '8 (900) 123-45-67';
const unknown = '+7 999 000-00-00';
const always = Number.POSITIVE_INFINITY;
const quick = () => createUnhurriedClock(15);

/** All calls that the account has, with what they stand on. */
function callsIn({ store }: Sandbox) {
  return KINDS.flatMap((kind: Kind) =>
    [...store.notes[kind].values()].flatMap(({ note_type, params, ...note }) =>
      note_type.startsWith('call_') ? [{ kind, note_type, ...note, ...Object(params) }] : [],
    ),
  );
}

const callsOf = (sandbox: Sandbox, uniq: unknown) => callsIn(sandbox).filter((call) => call.uniq === uniq);

t.test('a call goes to whoever has the number', async (t) => {
  const { sandbox, step } = await startService(t);
  const { status, body } = await step(type, { phone: known });
  t.equal(status, 200, body.detail);
  const { call_id, call } = body.result;
  const sent = { direction: 'outbound', phone: known, duration: 0, source: 'bot', uniq: call.uniq };
  t.match(call.uniq, uuid);
  t.strictSame(itemsSent(sandbox, 'calls'), [sent]);
  t.match(body.result, { success: true, entity_type: 'leads', entity_id: 67891 });
  t.match(call, { ...sent, id: call_id, entity_type: 'leads', entity_id: 67891 });
  t.match(callsOf(sandbox, call.uniq), [{ id: call_id, kind: 'leads', entity_id: 67891, note_type: 'call_out' }]);
  t.strictSame(body.context, { created_call: body.result });
});

t.test('everything that a call has arrives, a name as an id', async (t) => {
  const { sandbox, step } = await startService(t);
  const plain = {
    phone: known,
    direction: 'inbound',
    source: 'Asterisk',
    call_result: 'Перезвонить',
    link: 'https://pbx.example.com/1.mp3',
    uniq: 'pbx-42',
    call_responsible: 'Ольга',
  };
  const numbers = { duration: '73', call_status: '4' };
  const { body } = await step(type, { ...plain, ...numbers, responsible_user: 'Ольга Лебедева' });
  const sent = { ...plain, duration: 73, call_status: 4, responsible_user_id: 8000002 };
  t.strictSame(itemsSent(sandbox, 'calls'), [sent]);
  t.match(body.result.call, sent);
  t.match(callsOf(sandbox, 'pbx-42'), [{ note_type: 'call_in', responsible_user_id: 8000002, duration: 73 }]);
});

for (const unknownPhone of ['refuse', 'report'] as const) {
  t.test(`a number that nobody has is 404 at the phone, where amoCRM would ${unknownPhone} it`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick(), sandbox: { unknownPhone } });
    const answer = await step(type, { phone: unknown });
    t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.phone']);
    t.equal(answer.body.context.__step_error__, 'AmoCRM создание звонка: объект не найден');
    t.strictSame(answer.body.written, undefined);
    t.equal(writesTo(sandbox).length, 1, 'it is not sent again');
    t.strictSame(
      callsIn(sandbox).filter(({ phone }) => phone === unknown),
      [],
    );
  });

  t.test(`of calls at once those to known numbers are added, where amoCRM would ${unknownPhone} others`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick(), sandbox: { unknownPhone, latencyMs: 20 } });
    const phones = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? unknown : known));
    const answers = await Promise.all(phones.map((phone, index) => step(type, { phone, uniq: `u-${index}` })));
    for (const [index, answer] of answers.entries()) {
      const isKnown = phones[index] === known;
      t.equal(answer.body.code, isKnown ? undefined : 'ENTITY_NOT_FOUND');
      t.equal(callsOf(sandbox, `u-${index}`).length, isKnown ? 1 : 0);
    }
  });
}

t.test('another refusal of a call is not taken for a strange number', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  const refuse = (body: unknown) =>
    sandbox.faults.add({ method: 'POST', path: '/api/v4/calls', action: { kind: 'status', status: 400, body } });
  refuse({ status: 400, errors: [{ title: 'Nobody knows', detail: 'x' }] });
  t.match(await step(type, { phone: known }), { status: 502, body: { code: 'AMOCRM_ERROR' } });
  refuse({ status: 400, errors: [{ code: 244 }] });
  t.match(await step(type, { phone: known }), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  const errors = [{ code: 'NotNullable', path: 'call_status', detail: 'No.' }];
  refuse({ status: 400, 'validation-errors': [{ request_id: '0', errors }] });
  const answer = await step(type, { phone: known, call_status: 4 });
  t.strictSame(failureOf(answer), [422, 'AMOCRM_REJECTED', 'params.call_status']);
});

t.test('a call is put on the entity that is named, whatever its number', async (t) => {
  const entities: [entity_type: string, kind: Kind, entity_id: number][] = [
    ['leads', 'leads', 67890],
    ['contact', 'contacts', 12345],
    ['companies', 'companies', 33001],
    ['customer', 'customers', 98001],
  ];
  for (const [entity_type, kind, entity_id] of entities) {
    const { sandbox, step } = await startService(t);
    const params = { phone: unknown, direction: 'inbound', entity_type, entity_id, responsible_user_id: 8000002 };
    const { status, body } = await step(type, params);
    t.equal(status, 200, body.detail);
    const { call_id, call } = body.result;
    t.strictSame(itemsSent(sandbox, `${kind}/notes`), [
      {
        entity_id,
        note_type: 'call_in',
        params: { phone: unknown, duration: 0, source: 'bot', uniq: call.uniq },
        responsible_user_id: 8000002,
      },
    ]);
    t.match(call.uniq, uuid);
    const on = { entity_type: kind, entity_id };
    t.match(body.result, { ...on, call: { id: call_id, direction: 'inbound', responsible_user_id: 8000002, ...on } });
    t.match(sandbox.store.notes[kind].get(call_id), { note_type: 'call_in', entity_id });
  }
});

t.test('the entity must exist, and is named whole', async (t) => {
  const { sandbox, step } = await startService(t);
  const missing = await step(type, { phone: known, entity_type: 'leads', entity_id: 999_999 });
  t.strictSame(failureOf(missing), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
  sandbox.requests.splice(0);
  const half = await step(type, { phone: known, entity_type: 'leads' });
  t.strictSame(failureOf(half), [400, 'INVALID_REQUEST', 'params.entity_id']);
  const other = await step(type, { phone: known, entity_id: 67890 });
  t.strictSame(failureOf(other), [400, 'INVALID_REQUEST', 'params.entity_type']);
  t.strictSame(writesTo(sandbox), []);
});

t.test('100 calls at once share their calls to amoCRM', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 30 } });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => step(type, { phone: known, uniq: `u${index}` })),
  );
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(writesTo(sandbox).length <= 6, `${writesTo(sandbox).length}`);
  for (const [index, { body }] of answers.entries()) {
    t.match(callsOf(sandbox, `u${index}`), [{ id: body.result.call_id }]);
  }
});

const page = (status: number): FaultAction => ({ kind: 'status', status, body: 'html' });
const inDoubt: [how: string, action: FaultAction, sent: number][] = [
  ['dropped before it was done', { kind: 'drop' }, 2],
  ['answered 502 and not done', page(502), 2],
  ['dropped after it was done', { kind: 'after', next: { kind: 'drop' } }, 1],
  ['answered 502 after it was done', { kind: 'after', next: page(502) }, 1],
  ['answered 504 after it was done', { kind: 'after', next: page(504) }, 1],
  ['answered with a cut body', { kind: 'cut', bytes: 30 }, 1],
  ['answered too late', { kind: 'after', next: { kind: 'hang' } }, 1],
];
for (const [how, action, sent] of inDoubt) {
  t.test(`a call that is ${how} is there once, and looked for by its uniq in the notes of all types`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick(), env: { AMO_TIMEOUT_MS: '200' } });
    plantContact(sandbox, { id: 555, phones: ['+7 911 000-11-22'] });
    for (const [phone, kind, entity_id] of [
      [known, 'leads', 67891],
      ['79110001122', 'contacts', 555],
    ] as const) {
      sandbox.faults.add({ method: 'POST', path: '/api/v4/calls', action });
      const before = sandbox.requests.length;
      const { status, body } = await step(type, { phone });
      t.equal(status, 200, body.detail);
      const { call_id, call } = body.result;
      t.match(body.result, { entity_type: kind, entity_id });
      t.match(callsOf(sandbox, call.uniq), [{ id: call_id, kind, entity_id }]);
      t.equal(callsOf(sandbox, call.uniq).length, 1);
      t.equal(sandbox.requests.slice(before).filter(({ method }) => method === 'POST').length, sent);
    }
    for (const kind of KINDS) t.match(readsOf(sandbox, `${kind}/notes`)[0], /call_in.*call_out/);
  });
}

t.test('a call without an answer that is not to be seen is of unknown outcome', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick(), env: { AMO_TIMEOUT_MS: '150' } });
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  t.match(await step(type, { phone: known }), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: false } });
  t.equal(writesTo(sandbox).length, 1);
});

const unreadable: [why: string, action: FaultAction, code: string | undefined][] = [
  ['are switched off', { kind: 'status', status: 402, body: { status: 402, detail: 'Payment Required' } }, undefined],
  ['may not be read', { kind: 'status', status: 403, body: 'problem' }, 'OUTCOME_UNKNOWN'],
];
for (const [why, action, code] of unreadable) {
  t.test(`customers that ${why} do not keep a call in doubt from being found elsewhere`, async (t) => {
    const env = { STEP_DEADLINE_MS: '1500' };
    const { sandbox, step } = await startService(t, { clock: quick(), env });
    sandbox.faults.add({ method: 'GET', path: '/api/v4/customers/notes', times: always, action });
    sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
    const found = await step(type, { phone: known, uniq: 'found' });
    t.match(found, { status: 200, body: { result: { entity_type: 'leads', entity_id: 67891 } } });
    t.equal(callsOf(sandbox, 'found').length, 1);

    // One that is not there may stand on a customer only where there are any.
    sandbox.faults.add({ method: 'POST', action: { kind: 'drop' } });
    const absent = await step(type, { phone: known, uniq: 'absent' });
    t.equal(absent.body.code, code);
    t.equal(callsOf(sandbox, 'absent').length, code === undefined ? 1 : 0);
  });
}

t.test('under a key a call is made once, after a crash too, and keeps its uniq', async (t) => {
  for (const isCarriedOut of [true, false]) {
    const env = { AMO_TIMEOUT_MS: '100', STEP_DEADLINE_MS: '2000' };
    const service = await startKeyed(t, { env, second: 15 });
    const { sandbox } = service;
    const hang: FaultAction = { kind: 'hang' };
    sandbox.faults.add({ method: 'POST', action: isCarriedOut ? { kind: 'after', next: hang } : hang });
    if (isCarriedOut) {
      sandbox.faults.add({ method: 'GET', path: /\/notes$/, times: always, action: page(502) });
    }
    const send = () => service.step(type, { phone: known }, 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
    const [{ uniq }] = itemsSent(sandbox, 'calls');
    sandbox.faults.clear();
    await service.crash();
    if (!isCarriedOut) {
      t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } }, 'it may still be carried out');
      // amoCRM's clock is known to a whole real second: 66 seconds of this clock, at either end of the wait.
      service.travel(300);
    }
    const { status, body } = await send();
    t.equal(status, 200, body.detail);
    t.match(body.result, { entity_type: 'leads', entity_id: 67891, call: { uniq } });
    t.equal(callsOf(sandbox, uniq).length, 1);
    t.equal(writesTo(sandbox).length, isCarriedOut ? 1 : 2);
  }
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const { sandbox, step } = await startService(t);
  const bad: [object, string][] = [
    [{}, 'params.phone'],
    [{ phone: ' ' }, 'params.phone'],
    [{ phone: 'нет номера' }, 'params.phone'],
    [{ phone: '+', entity_type: 'leads', entity_id: 67890 }, 'params.phone'],
    [{ phone: known, direction: 'out' }, 'params.direction'],
    [{ phone: known, duration: -1 }, 'params.duration'],
    [{ phone: known, call_status: 8 }, 'params.call_status'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await step(type, params)), [400, 'INVALID_REQUEST', path]);
  }
  t.strictSame(sandbox.requests, []);
});

t.test('a number that is withheld is a call all the same; one to look for needs more than zeros', async (t) => {
  const { step } = await startService(t);
  const withheld = await step('amocrm_create_call', { phone: '00', direction: 'inbound' });
  t.not(withheld.body.code, 'INVALID_REQUEST');
  const { status, body } = await step('amocrm_find_contact', { phone: '000' });
  t.equal(status, 400);
  t.match(body.errors, [{ path: 'params.phone', message: /^has no digits, or zeros alone/ }]);
});
