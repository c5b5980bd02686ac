import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { nearTypes } from '../../src/steps/near-types.ts';

const near = (type: string) =>
  nearTypes(
    type,
    steps.map((step) => step.type),
  )[0];

t.test('a slip of the pen is told what was meant', async (t) => {
  const cases = {
    amocrm_create_lead: ['amocrm_creat_lead', 'create_lead', 'createLead', 'AMOCRM_CREATE_LEAD', 'amo_create_lead'],
    amocrm_find_contact: ['amocrm_find_contct', 'amocrm_findcontact', 'amocrm_find_contacts', 'find-contact'],
    amocrm_search: ['amocrm_serach', 'search', 'serach'],
    amocrm_add_note: ['amocrm_add_not', 'amocrm_add_notes', ' amocrm_add_note '],
  };
  for (const [meant, types] of Object.entries(cases)) {
    for (const type of types) t.equal(near(type), meant, type);
  }
});

t.test('another step is not told for one that is not there', async (t) => {
  const types = [
    'create_unsorted',
    'create_webhook',
    'create_catalog',
    'delete_webhook',
    'get_customer',
    'list_events',
  ];
  for (const type of [...types, 'update_customer', 'run_salesbot', 'list_catalogs', 'attach_file', 'nothing', '']) {
    t.equal(near(`amocrm_${type}`), undefined, type);
  }
  for (const type of types) t.equal(near(type), undefined, type);
});
