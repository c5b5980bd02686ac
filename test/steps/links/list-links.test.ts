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
