import t from 'tap';
import type { FaultAction, FaultRule, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { plantContact, writesTo } from '../../fixtures/records.ts';
import { type Overrides, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

/** Writes that are no creates and no updates: what amoCRM gets of them, and what becomes of those in doubt. */

const lead = 67890;
const always = Number.POSITIVE_INFINITY;
const pairOf = (to_entity_id: number) => ({
  entity_type: 'leads',
  entity_id: lead,
  to_entity_type: 'contacts',
  to_entity_id,
});
const contactsOf = ({ store }: Sandbox) => store.links.of({ kind: 'leads', id: lead }, 'contacts').map(({ id }) => id);
const tagNames = ({ store }: Sandbox) => [...store.tags.leads.values()].map(({ name }) => name);

/** Each kind by a step that has one write of it; contact 12345 is the lead's, 12347 is not. */
const kinds = {
  link: {
    type: 'amocrm_link_entities',
    params: pairOf(12347),
    path: '/api/v4/leads/link',
    isDone: (sandbox: Sandbox) => contactsOf(sandbox).filter((id) => id === 12347).length === 1,
    result: { linked: true },
  },
  unlink: {
    type: 'amocrm_unlink_entities',
    params: pairOf(12345),
    path: '/api/v4/leads/unlink',
    isDone: (sandbox: Sandbox) => !contactsOf(sandbox).includes(12345),
    result: { unlinked: true },
  },
  upsert: {
    type: 'amocrm_create_tag',
    params: { name: 'Новый тег' },
    path: '/api/v4/leads/tags',
    isDone: (sandbox: Sandbox) => tagNames(sandbox).filter((name) => name === 'Новый тег').length === 1,
    result: { tag: { name: 'Новый тег' } },
  },
};

const quick = (overrides: Overrides = {}): Overrides => ({ clock: createUnhurriedClock(15), ...overrides });
const plant = (sandbox: Sandbox, count: number) => Array.from({ length: count }, () => plantContact(sandbox, {}));
const status = (code: number): FaultAction => ({ kind: 'status', status: code, body: 'html' });
const refusal = (path: string): FaultAction => ({
  kind: 'status',
  status: 400,
  body: {
    title: 'Bad Request',
    status: 400,
    'validation-errors': [{ request_id: '0', errors: [{ code: 'NotSupportedChoice', path, detail: 'No.' }] }],
  },
});

t.test('100 links, 100 unlinks and 100 tags at once share their calls', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 30 } });
  const contacts = plant(sandbox, 100);
  const sizes = (path: string) =>
    writesTo(sandbox).flatMap((request) => (request.path === path ? [Object([request.body]).flat().length] : []));

  const linked = await Promise.all(contacts.map((id) => step('amocrm_link_entities', pairOf(id))));
  t.ok(linked.every(({ body }) => body.result?.linked === true));
  t.strictSame(new Set(contactsOf(sandbox)), new Set([12345, ...contacts]));

  const unlinked = await Promise.all(contacts.map((id) => step('amocrm_unlink_entities', pairOf(id))));
  t.ok(unlinked.every(({ body }) => body.result?.unlinked === true));
  t.strictSame(contactsOf(sandbox), [12345]);

  const tags = await Promise.all(contacts.map((id) => step('amocrm_create_tag', { name: `Тег ${id}` })));
  for (const [index, { body }] of tags.entries()) {
    t.match(sandbox.store.tags.leads.get(body.result.tag_id), { name: `Тег ${contacts[index]}` });
  }
  for (const { path } of Object.values(kinds)) {
    t.ok(sizes(path).length <= 4, `${path}: ${sizes(path)}`);
    t.ok(sizes(path).every((size) => size <= 50));
  }
});

t.test('a link goes out as amoCRM documents it, without a request_id', async (t) => {
  const { sandbox, step } = await startService(t);
  await step('amocrm_link_entities', { ...pairOf(12347), is_main: false });
  await step('amocrm_unlink_entities', pairOf(12345));
  const to = { entity_id: lead, to_entity_type: 'contacts' };
  t.strictSame(
    writesTo(sandbox).map(({ body }) => body),
    [[{ ...to, to_entity_id: 12347, metadata: { is_main: false } }], [{ ...to, to_entity_id: 12345 }]],
  );
});

t.test('two tags of one name never go out in one call, and are one tag', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 20 } });
  const answers = await Promise.all(Array.from({ length: 12 }, () => step('amocrm_create_tag', { name: 'Один' })));
  t.equal(new Set(answers.map(({ body }) => body.result.tag_id)).size, 1);
  for (const { body } of writesTo(sandbox)) t.equal(Object(body).length, 1);
});

const inDoubt: [how: string, action: FaultAction, wasDone: boolean][] = [
  ['dropped before it was done', { kind: 'drop' }, false],
  ['dropped after it was done', { kind: 'after', next: { kind: 'drop' } }, true],
  ['answered 502 after it was done', { kind: 'after', next: status(502) }, true],
  ['answered 504 after it was done', { kind: 'after', next: status(504) }, true],
  ['answered 504 and not done', status(504), false],
  ['answered with a page', { kind: 'after', next: status(200) }, true],
  ['answered too late', { kind: 'after', next: { kind: 'hang' } }, true],
];

for (const [kind, { type, params, path, isDone, result }] of Object.entries(kinds)) {
  for (const [how, action, wasDone] of inDoubt) {
    // A tag that is there answers with its id, so nobody asks for it first.
    const calls = wasDone && kind !== 'upsert' ? 1 : 2;
    t.test(`${kind}: what is ${how} is done once, in ${calls} calls`, async (t) => {
      const { sandbox, step } = await startService(t, quick({ env: { AMO_TIMEOUT_MS: '150' } }));
      sandbox.faults.add({ method: 'POST', path, action });
      t.match(await step(type, params), { status: 200, body: { result } });
      t.ok(isDone(sandbox));
      t.equal(writesTo(sandbox).length, calls);
    });
  }

  t.test(`${kind}: one that is never answered is of unknown outcome`, async (t) => {
    const { sandbox, step } = await startService(t, quick({ env: { AMO_TIMEOUT_MS: '100' } }));
    sandbox.faults.add({ method: 'POST', path, times: always, action: { kind: 'hang' } });
    t.match(await step(type, params), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: false } });
    t.equal(writesTo(sandbox).length, 3);
  });

  t.test(`${kind}: a refusal is told, and is not repeated`, async (t) => {
    const { sandbox, step } = await startService(t, quick());
    sandbox.faults.add({ method: 'POST', path, action: refusal('metadata') });
    t.strictSame(failureOf(await step(type, params)).slice(0, 2), [422, 'AMOCRM_REJECTED']);
    t.equal(writesTo(sandbox).length, 1);
  });

  t.test(`${kind}: a missing right that is met on the second try does not say that it was done`, async (t) => {
    const { sandbox, step } = await startService(t, quick());
    sandbox.faults.add({ method: 'POST', path, action: status(502) });
    sandbox.faults.add({ method: 'POST', path, action: { kind: 'status', status: 403, body: 'problem' } });
    t.match(await step(type, params), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  });

  t.test(`${kind}: under a key it goes on after a crash, and is answered as done`, async (t) => {
    // What amoCRM shows as linked is not in doubt for long: links-in-doubt.test.ts.
    for (const isCarriedOut of kind === 'upsert' ? [true, false] : [false]) {
      const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '100' }, second: 15 });
      const { sandbox } = service;
      const hang: FaultAction = { kind: 'hang' };
      const action: FaultAction = isCarriedOut ? { kind: 'after', next: hang } : hang;
      sandbox.faults.add({ method: 'POST', path, times: 3, action });
      const failed = await service.step(type, params, 'k');
      t.match(failed, { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
      t.equal(isDone(sandbox), isCarriedOut);
      await service.crash();
      const done = await service.step(type, params, 'k');
      t.match(done, { status: 200, body: { result } });
      t.ok(isDone(sandbox));
      t.equal(writesTo(sandbox).length, 4);
      t.match(await service.step(type, params, 'k'), { text: done.text, headers: { 'idempotency-replayed': 'true' } });
      t.equal(writesTo(sandbox).length, 4);
    }
  });
}

const answers: [what: string, action: FaultAction][] = [
  ['lacks some', { kind: 'omit', keep: 3 }],
  ['is cut', { kind: 'cut', bytes: 60 }],
];
for (const [what, action] of answers) {
  t.test(`links whose answer ${what} are sent again, those alone`, async (t) => {
    const { sandbox, step } = await startService(t, quick({ sandbox: { latencyMs: 20 } }));
    const contacts = plant(sandbox, 10);
    sandbox.faults.add({ method: 'POST', path: kinds.link.path, itemsOver: 4, action });
    const ended = await Promise.all(contacts.map((id) => step('amocrm_link_entities', pairOf(id))));
    t.ok(ended.every((answer) => answer.status === 200));
    t.strictSame(new Set(contactsOf(sandbox)), new Set([12345, ...contacts]));
  });
}

const refusals: [what: string, rule: (bad: number) => FaultRule | undefined, code: string][] = [
  ['that names it', () => undefined, 'ENTITY_NOT_FOUND'],
  [
    'that names nobody',
    (bad) => ({ item: `${bad}`, times: always, action: { kind: 'status', status: 409, body: 'problem' } }),
    'AMOCRM_ERROR',
  ],
];
for (const [what, ruleOf, code] of refusals) {
  t.test(`of links that one makes amoCRM refuse, by an answer ${what}, the others are made`, async (t) => {
    const { sandbox, step } = await startService(t, quick({ sandbox: { latencyMs: 20 } }));
    const contacts = plant(sandbox, 20);
    const bad = contacts[7] ?? 0;
    // The service has seen all of them lately, so that amoCRM alone can say that one is gone.
    await Promise.all(contacts.map((contact_id) => step('amocrm_create_lead', { name: 'Сделка', contact_id })));
    const rule = ruleOf(bad);
    if (rule === undefined) sandbox.store.bin('contacts', bad);
    else sandbox.faults.add({ method: 'POST', path: kinds.link.path, ...rule });
    const ended = await Promise.all(contacts.map((id) => step('amocrm_link_entities', pairOf(id))));
    t.equal(ended[7]?.body.code, code);
    if (code === 'ENTITY_NOT_FOUND') t.equal(ended[7]?.body.errors[0].path, 'params.to_entity_id');
    t.equal(ended.filter((answer) => answer.status === 200).length, 19);
    t.strictSame(new Set(contactsOf(sandbox)), new Set([12345, ...contacts.filter((id) => id !== bad)]));
  });
}

t.test('a link is told as written by the entity that it stands on', async (t) => {
  const { app, sandbox } = await startService(t, quick());
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', action: refusal('params') });
  const steps = [
    { type: 'amocrm_link_entities', params: pairOf(12347), next_step: '2' },
    { type: 'amocrm_create_tag', params: { name: 'Тег' }, next_step: '3' },
    { type: 'amocrm_add_note', params: { entity_type: 'leads', entity_id: lead, note_text: 'Да' } },
  ].map((step, index) => ({ id: `${index + 1}`, ...step }));
  const answer = await app.inject({ method: 'POST', url: '/scenarios/run', payload: { scenario_id: 's', steps } });
  const tag = [...sandbox.store.tags.leads.values()].find(({ name }) => name === 'Тег');
  t.match(answer.json(), {
    code: 'AMOCRM_REJECTED',
    written: [
      { entity_type: 'leads', id: lead },
      { entity_type: 'tags', id: tag?.id },
    ],
  });
});
