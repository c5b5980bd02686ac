import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { until } from '../../fixtures/keyed.ts';
import { type Overrides, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

/** A link or unlink that amoCRM carries out after a newer one has been sent must not undo that. */
const lead = 67890;
const pair = { entity_type: 'leads', entity_id: lead, to_entity_type: 'contacts', to_entity_id: 12345 };
const isLinked = ({ store }: Sandbox) =>
  store.links.of({ kind: 'leads', id: lead }, 'contacts').some(({ id }) => id === 12345);
const quick = (): Overrides => ({ clock: createUnhurriedClock(15), env: { AMO_TIMEOUT_MS: '400' } });

const kinds = {
  link: { type: 'amocrm_link_entities', isThere: true },
  unlink: { type: 'amocrm_unlink_entities', isThere: false },
};
const orders = [
  ['link', 'unlink'],
  ['unlink', 'link'],
] as const;
for (const [late, newer] of orders) {
  t.test(`what a late ${late} has undone of a newer ${newer} is sent once more`, async (t) => {
    const { sandbox, step } = await startService(t, quick());
    if (late === 'link') sandbox.store.links.remove({ kind: 'leads', id: lead }, { kind: 'contacts', id: 12345 });
    sandbox.faults.add({ method: 'POST', path: `/api/v4/leads/${late}`, action: { kind: 'late' } });
    t.equal((await step(kinds[late].type, pair)).status, 200, 'sent again');
    t.equal(isLinked(sandbox), kinds[late].isThere);

    sandbox.faults.add({
      method: 'POST',
      path: `/api/v4/leads/${newer}`,
      action: { kind: 'after', next: { kind: 'delay' } },
    });
    const answered = step(kinds[newer].type, pair);
    await until(() => sandbox.waiting.size === 2);
    await sandbox.waiting.release();
    t.equal((await answered).status, 200);
    t.equal(isLinked(sandbox), kinds[newer].isThere);
  });
}

t.test('a company whose link comes late does not take the place of a newer one', async (t) => {
  const { sandbox, step } = await startService(t, quick());
  const companies = () => sandbox.store.links.of({ kind: 'contacts', id: 12346 }, 'companies').map(({ id }) => id);
  const link = (company_id: number) => step('amocrm_link_contact_to_company', { contact_id: 12346, company_id });
  const path = '/api/v4/contacts/link';
  sandbox.faults.add({ method: 'POST', path, action: { kind: 'late' } });
  t.equal((await link(33001)).status, 200, 'sent again');
  sandbox.faults.add({ method: 'POST', path, action: { kind: 'after', next: { kind: 'delay' } } });
  const linking = link(33002);
  await until(() => sandbox.waiting.size === 2);
  await sandbox.waiting.release();
  t.equal((await linking).status, 200);
  t.strictSame(companies(), [33002]);
});
