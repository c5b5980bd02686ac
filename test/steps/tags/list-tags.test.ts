import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('each entity type has tags of its own', async (t) => {
  const { step, sandbox } = await startService(t);
  const id = sandbox.store.tagId('companies', 'Опт', null);
  for (const entity_type of ['companies', 'company']) {
    const { body } = await step('amocrm_list_tags', { entity_type, query: 'опт' });
    t.match(body.result, {
      count: 1,
      page: 1,
      limit: 250,
      has_more: false,
      entity_type: 'companies',
      tags: [{ id, name: 'Опт' }],
    });
  }
  t.match((await step('amocrm_list_tags', {})).body.result, { entity_type: 'leads' });
  t.strictSame(readsOf(sandbox, 'companies/tags'), Array(2).fill('query=опт&limit=250&page=1'));
});

t.test('a tag by its whole name, or tags by ids; without the paid add-on', async (t) => {
  const { step, sandbox } = await startService(t);
  const [one, other] = ['Опт', 'Опт и розница'].map((name) => sandbox.store.tagId('contacts', name, null));
  const named = await step('amocrm_list_tags', { entity_type: 'contacts', name: 'Опт' });
  t.match(named.body.result, { count: 1, tags: [{ id: one }] });
  const listed = await step('amocrm_list_tags', { entity_type: 'contacts', filter: { id: [one, other] } });
  t.equal(listed.body.result.count, 2);
  t.strictSame(readsOf(sandbox, 'contacts/tags'), [
    'filter[name]=Опт&limit=250&page=1',
    `filter[id][]=${one}&filter[id][]=${other}&limit=250&page=1`,
  ]);
  t.match((await step('amocrm_list_tags', { name: 'Нет такого' })).body.result, { count: 0, tags: [] });
});

t.test('a name given twice is refused', async (t) => {
  const { step, sandbox } = await startService(t);
  const answer = await step('amocrm_list_tags', { name: 'Опт', filter: { name: 'Опт' } });
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.filter.name']);
  t.strictSame(sandbox.requests, []);
});
