import t from 'tap';
import { dryRun } from '../fixtures/dry-run.ts';
import { writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

/** Contact 12345 belongs to company 33001 and is the main one of lead 67890, which is of that company too. */
const lead = { entity_type: 'leads', entity_id: 67890 };
const contact = (to_entity_id: number) => ({ ...lead, to_entity_type: 'contacts', to_entity_id });
const company = (to_entity_id: number) => ({ ...lead, to_entity_type: 'companies', to_entity_id });
const element = { ...lead, to_entity_type: 'catalog_elements', to_entity_id: 552001, catalog_id: 5502 };
type Given = [type: string, params: object];

const card: Given = ['get_lead_card', { lead_id: 67890 }];
const get: Given = ['get_lead', { lead_id: 67890, with: ['catalog_elements'] }];
const links: Given = ['list_links', lead];
const scenarios: Record<string, Given[]> = {
  'a contact gets a company, and is taken out of it': [
    ['link_contact_to_company', { contact_id: 12346, company_id: 33002 }],
    ['link_contact_to_company', { contact_id: 12346, company_id: 33002 }],
    ['get_contact', { contact_id: 12346, with: ['leads'] }],
    ['unlink_contact_from_company', { contact_id: 12346 }],
    ['unlink_contact_from_company', { contact_id: 12346 }],
  ],
  'a contact changes its company': [
    ['link_contact_to_company', { contact_id: 12345, company_id: 33002 }],
    ['unlink_contact_from_company', { contact_id: 12345 }],
    ['link_contact_to_company', { contact_id: 12345, company_id: 33001 }],
  ],
  'a lead gets another company, a contact more, and a product': [
    ['link_entities', company(33002)],
    ['link_entities', contact(12347)],
    get,
    ['link_entities', { ...contact(12347), is_main: true }],
    ['link_entities', { ...element, quantity: 2 }],
    get,
    card,
    links,
    ['find_contact_leads', { contact_id: 12347 }],
  ],
  'what was linked is unlinked, once': [
    ['link_entities', contact(12347)],
    ['unlink_entities', contact(12347)],
    ['unlink_entities', contact(12347)],
    ['unlink_entities', contact(12345)],
    ['unlink_entities', company(33001)],
    get,
    card,
    links,
    ['link_entities', contact(12347)],
    get,
    card,
  ],
};

for (const [what, given] of Object.entries(scenarios)) {
  t.test(`${what}: a dry run tells the calls and results of the real one`, async (t) => {
    const service = await startService(t, { sandbox: { unlinkNothing: 'refuse', secondCompany: 'refuse' } });
    const steps = given.map(([type, params], index) => ({
      id: `${index}`,
      type: `amocrm_${type}`,
      params: { ...params, output_var: `result_${index}` },
      next_step: index + 1 < given.length ? `${index + 1}` : undefined,
    }));
    const payload = { scenario_id: 's', steps, context: {} };
    const dry = (await dryRun(service, undefined, payload)).body;
    t.strictSame(writesTo(service.sandbox), []);
    const real = (await service.app.inject({ method: 'POST', url: '/scenarios/run', payload })).json();

    const sent = dry.steps.flatMap(({ requests }: { requests: object[] }) => requests);
    t.ok(sent.length > 0);
    t.match(
      writesTo(service.sandbox),
      sent.map(({ shares_call: _, ...call }: { shares_call: boolean }) => call),
    );
    t.equal(writesTo(service.sandbox).length, sent.length);
    for (const [index, { result }] of dry.steps.entries()) {
      t.strictSame(comparable(result), comparable(real.context[`result_${index}`]), `${index}: ${given[index]?.[0]}`);
    }
  });
}

/** When something was linked, and addresses, are amoCRM's. */
function comparable(result: unknown): unknown {
  const left = new Set(['updated_at', '_links']);
  return JSON.parse(JSON.stringify(result, (key, value) => (left.has(key) ? undefined : value)));
}

t.test('a lead that would be made is linked as amoCRM would show it', async (t) => {
  const service = await startService(t);
  const steps = [
    { id: 'made', type: 'amocrm_create_lead', params: { name: 'Новая', contact_id: 12345 }, next_step: 'link' },
    {
      id: 'link',
      type: 'amocrm_link_entities',
      params: { ...company(33002), entity_id: '{created_lead.lead_id}' },
      next_step: 'get',
    },
    { id: 'get', type: 'amocrm_get_lead', params: { lead_id: '{created_lead.lead_id}' }, next_step: 'list' },
    {
      id: 'list',
      type: 'amocrm_list_links',
      params: { entity_type: 'leads', entity_id: '{created_lead.lead_id}' },
      next_step: 'card',
    },
    { id: 'card', type: 'amocrm_get_lead_card', params: { lead_id: '{created_lead.lead_id}' }, next_step: 'mine' },
    { id: 'mine', type: 'amocrm_find_contact_leads', params: { contact_id: 12345 } },
  ];
  const { body } = await dryRun(service, undefined, { scenario_id: 's', steps, context: {} });
  const results = Object.fromEntries(body.steps.map(({ id, result }: { id: string; result: object }) => [id, result]));
  t.match(results.get, { contact_id: 12345, company_id: 33002 });
  t.match(results.list, {
    links: [
      { to_entity_id: 12345, to_entity_type: 'contacts', metadata: { main_contact: true } },
      { to_entity_id: 33002, to_entity_type: 'companies', metadata: null },
    ],
  });
  t.match(results.card, { contacts: [{ id: 12345, is_main: true }], company: { id: 33002 } });
  t.equal(results.mine.lead_id, results.made.lead_id);
});
