import t from 'tap';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startKeyed, until } from '../../fixtures/keyed.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

/** Links whose fate a call has left open: what amoCRM has tells it. Contact 12345 is the lead's, 12347 is not. */
const lead = 67890;
const pairOf = (to_entity_id: number) => ({
  entity_type: 'leads',
  entity_id: lead,
  to_entity_type: 'contacts',
  to_entity_id,
});
const contactsOf = ({ store }: Sandbox) => store.links.of({ kind: 'leads', id: lead }, 'contacts').map(({ id }) => id);
const linksRead = (sandbox: Sandbox) => readsOf(sandbox, `leads/${lead}/links`).length;
const status = (code: number, body: unknown = 'problem'): FaultAction => ({ kind: 'status', status: code, body });
const noChoice = { code: 'NotSupportedChoice', path: 'to_entity_id', detail: 'No.' };
const invalid = status(400, {
  title: 'Bad Request',
  status: 400,
  'validation-errors': [{ request_id: '0', errors: [noChoice] }],
});

const kinds = {
  link: { type: 'amocrm_link_entities', params: pairOf(12347), result: { linked: true }, readBefore: 0 },
  unlink: { type: 'amocrm_unlink_entities', params: pairOf(12345), result: { unlinked: true }, readBefore: 1 },
};
const refusals: [what: string, action: FaultAction, told: number, code: string][] = [
  ['400 with validation errors', invalid, 422, 'AMOCRM_REJECTED'],
  ['400', status(400, { title: 'Bad Request', status: 400, detail: 'No.' }), 502, 'AMOCRM_ERROR'],
  ['404', status(404), 502, 'AMOCRM_ERROR'],
  ['409', status(409), 502, 'AMOCRM_ERROR'],
  ['413', status(413), 502, 'AMOCRM_ERROR'],
  ['422', status(422), 422, 'AMOCRM_REJECTED'],
];
const dropped: FaultAction = { kind: 'after', next: { kind: 'drop' } };

for (const [kind, { type, params, result, readBefore }] of Object.entries(kinds)) {
  const path = `/api/v4/leads/${kind}`;
  const quick = { clock: createUnhurriedClock(15) };

  for (const [what, action, told, code] of refusals) {
    t.test(`${kind}: refused with ${what} on the second try, and not done: that is the answer`, async (t) => {
      const { sandbox, step } = await startService(t, quick);
      const before = contactsOf(sandbox);
      sandbox.faults.add({ method: 'POST', path, action: status(502, 'html') });
      sandbox.faults.add({ method: 'POST', path, action });
      const answer = await step(type, params);
      t.match({ status: answer.status, code: answer.body.code }, { status: told, code }, answer.body.detail);
      t.equal(answer.body.written, undefined);
      t.strictSame(contactsOf(sandbox), before);
    });

    t.test(`${kind}: refused with ${what} on the second try, and done meanwhile: that is a success`, async (t) => {
      const { sandbox, step } = await startService(t, quick);
      const { to_entity_type, to_entity_id } = params;
      const late = { path: `leads/${lead}/${kind}`, body: [{ to_entity_type, to_entity_id }] };
      sandbox.faults.add({ method: 'POST', path, action: status(502, 'html') });
      sandbox.faults.add({
        method: 'POST',
        path,
        action: { kind: 'meanwhile', method: 'POST', ...late, next: action },
      });
      t.match(await step(type, params), { status: 200, body: { result } });
      t.equal(writesTo(sandbox).length, 2);
    });
  }

  t.test(`${kind}: what was done is not sent again`, async (t) => {
    const { sandbox, step } = await startService(t, quick);
    sandbox.faults.add({ method: 'POST', path, action: dropped });
    t.match(await step(type, params), { status: 200, body: { result } });
    t.equal(writesTo(sandbox).length, 1);
    t.equal(linksRead(sandbox), readBefore + 1);
  });

  t.test(`${kind}: where the links cannot be read it is of unknown outcome`, async (t) => {
    const { sandbox, step } = await startService(t, quick);
    sandbox.faults.add({ method: 'POST', path, action: dropped });
    const links = `/api/v4/leads/${lead}/links`;
    sandbox.faults.add({ method: 'GET', path: links, skip: readBefore, action: status(403) });
    t.match(await step(type, params), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    t.equal(writesTo(sandbox).length, 1);
  });

  t.test(`${kind}: in order, nothing is read after it`, async (t) => {
    const { sandbox, step } = await startService(t, quick);
    t.match(await step(type, params), { status: 200, body: { result } });
    t.equal(linksRead(sandbox), readBefore);
  });

  t.test(`${kind}: after a crash, one that was done is not sent again, and one that was not is`, async (t) => {
    for (const isDone of [true, false]) {
      const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '30000' }, second: 15 });
      const { sandbox } = service;
      const hang: FaultAction = { kind: 'hang' };
      sandbox.faults.add({ method: 'POST', path, action: isDone ? { kind: 'after', next: hang } : hang });
      const lost = service.step(type, params, 'k');
      await until(() => writesTo(sandbox).length === 1);
      await service.crash();
      sandbox.faults.add({ method: 'POST', path, action: isDone ? invalid : { kind: 'delay', ms: 0 } });
      t.match(await service.step(type, params, 'k'), { status: 200, body: { result } });
      t.equal(writesTo(sandbox).length, isDone ? 1 : 2);
      t.equal((await lost).status, 504);
    }
  });
}

t.test('under a key, one that is refused after a crash, and was not done, is not called done', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '30000' }, second: 15 });
  const { sandbox } = service;
  const { type, params } = kinds.unlink;
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const lost = service.step(type, params, 'k');
  await until(() => writesTo(sandbox).length === 1);
  await service.crash();
  sandbox.faults.add({ method: 'POST', action: invalid });
  t.match(await service.step(type, params, 'k'), { status: 422, body: { code: 'AMOCRM_REJECTED' } });
  t.ok(contactsOf(sandbox).includes(12345));
  await lost;
});

const elements: [what: string, quantity: number, code: number][] = [
  ['as it was given', 3, 200],
  ['in another number', 1, 422],
];
for (const [what, quantity, code] of elements) {
  t.test(`an element whose link is refused on the second try is done only ${what}`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: createUnhurriedClock(15) });
    const to = { to_entity_type: 'catalog_elements', to_entity_id: 552001 };
    const params = { entity_type: 'leads', entity_id: lead, ...to, catalog_id: 5502 };
    const late = { path: `leads/${lead}/link`, body: [{ ...to, metadata: { catalog_id: 5502, quantity } }] };
    sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/link', action: status(502, 'html') });
    const action: FaultAction = { kind: 'meanwhile', method: 'POST', ...late, next: invalid };
    sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/link', action });
    t.equal((await step('amocrm_link_entities', { ...params, quantity: 3 })).status, code);
  });
}
