import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('all links of an entity, or those to a type', async (t) => {
  const { step, sandbox } = await startService(t);
  const lead = { entity_type: 'lead', entity_id: '67890' };
  const all = await step('amocrm_list_links', lead);
  t.match(all.body.result.links.map((link: { to_entity_type: string }) => link.to_entity_type).sort(), [
    'companies',
    'contacts',
  ]);
  const some = await step('amocrm_list_links', { ...lead, to_entity_type: 'contact' });
  t.match(some.body.result, { count: 1, links: [{ to_entity_type: 'contacts', metadata: { main_contact: true } }] });
  const none = await step('amocrm_list_links', { ...lead, to_entity_type: 'catalog_elements' });
  t.match(none.body.result, { count: 0, links: [] });
  t.strictSame(readsOf(sandbox, 'leads/67890/links'), ['', '', '']);
});

t.test('no links are an empty list, but only of an entity that is there', async (t) => {
  const { step, sandbox } = await startService(t);
  const without = { entity_type: 'leads', entity_id: 67895 };
  t.match((await step('amocrm_list_links', without)).body.result, { count: 0, links: [] });
  const absent = await step('amocrm_list_links', { entity_type: 'leads', entity_id: 404 });
  t.strictSame(failureOf(absent), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
  sandbox.faults.add({
    path: '/api/v4/leads/405/links',
    action: { kind: 'status', status: 404, body: { status: 404, title: 'Not Found' } },
  });
  const answer404 = await step('amocrm_list_links', { entity_type: 'leads', entity_id: 405 });
  t.strictSame(failureOf(answer404), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
});

t.test(
  'an entity that was deleted since it was seen has no links, no notes and no calls, but is told to be gone',
  async (t) => {
    const { step, sandbox } = await startService(t);
    const lead = { entity_type: 'leads', entity_id: 67895 };
    for (const type of ['amocrm_list_links', 'amocrm_list_notes', 'amocrm_list_calls']) {
      t.match(await step(type, lead), { status: 200, body: { result: { count: 0 } } });
    }
    sandbox.store.bin('leads', 67895);
    const unlink = { ...lead, to_entity_type: 'contacts', to_entity_id: 12345 };
    for (const [type, params] of [
      ['amocrm_list_links', lead],
      ['amocrm_list_notes', lead],
      ['amocrm_list_calls', lead],
      ['amocrm_unlink_entities', unlink],
    ] as const) {
      t.match(await step('amocrm_get_contact', { contact_id: 12345 }), { status: 200 });
      // Each of them has it in mind anew.
      sandbox.store.bin('leads', 67895, false);
      t.match(await step('amocrm_get_lead', { lead_id: 67895 }), { status: 200 });
      sandbox.store.bin('leads', 67895);
      t.strictSame(failureOf(await step(type, params)), [404, 'ENTITY_NOT_FOUND', 'params.entity_id'], type);
    }
  },
);
