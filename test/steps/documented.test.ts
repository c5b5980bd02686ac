import { join } from 'node:path';
import t, { type Test } from 'tap';
import { fieldIds, heldValues, itemsSent, seedFieldMap } from '../fixtures/records.ts';
import { type Answer, type Service, startService } from '../fixtures/service.ts';

/** The step documents of the product's description, posted to an account as they stand. */

async function start(t: Test): Promise<Service> {
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });
  return startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
}

async function post({ app }: Service, document: { type: string; params: object }): Promise<Answer> {
  const answer = await app.inject({ method: 'POST', url: `/steps/${document.type}`, payload: document });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

t.test('amocrm_find_contact', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_find_contact',
    params: {
      telegram_id: '123456789',
      output_var: 'found_contact',
    },
  });
  t.equal(status, 200);
  t.match(body.context.found_contact, {
    success: true,
    contact: { id: 12346, name: 'Иван Петров', fields: { telegram_id: '123456789', phone: '+79001234567' } },
    found: true,
  });
});

t.test('amocrm_create_contact', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_create_contact',
    params: {
      name: 'Иван Петров',
      first_name: 'Иван',
      last_name: 'Петров',
      custom_fields: {
        telegram_id: '123456789',
        phone: '+79001234567',
        source: 'Telegram',
      },
      output_var: 'new_contact',
    },
  });
  t.equal(status, 200);
  const { contact_id } = body.context.new_contact;
  t.match(service.sandbox.store.contacts.get(contact_id), {
    name: 'Иван Петров',
    first_name: 'Иван',
    last_name: 'Петров',
  });
  t.strictSame(heldValues(service.sandbox, contact_id, fieldIds.telegram), ['123456789']);
  t.strictSame(heldValues(service.sandbox, contact_id, fieldIds.phone), ['+79001234567']);
  t.strictSame(heldValues(service.sandbox, contact_id, fieldIds.source), ['Telegram']);
});

t.test('amocrm_update_contact', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_update_contact',
    params: {
      contact_id: 12345,
      update_data: {
        phone: '+79009876543',
        email: 'new@example.com',
        notes: 'Обновленная информация',
      },
      output_var: 'updated_contact',
    },
  });
  t.equal(status, 200);
  t.match(body.context.updated_contact, { success: true, contact_id: 12345, updated: true, note_id: Number });
  const phones = heldValues(service.sandbox, 12345, fieldIds.phone);
  t.strictSame(phones, ['+79009876543', '+7 921 555-12-34', '8 (812) 555-01-11']);
  t.equal(heldValues(service.sandbox, 12345, fieldIds.email)[0], 'new@example.com');
  t.match(itemsSent(service.sandbox, 'contacts/notes'), [
    { entity_id: 12345, params: { text: 'Обновленная информация' } },
  ]);
});

t.test('amocrm_create_lead', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_create_lead',
    params: {
      name: 'Важная сделка',
      price: 150000,
      contact_id: 12345,
      pipeline_id: 1,
      status_id: 142,
      custom_fields: {
        source: 'Telegram',
        budget: 150000,
      },
      output_var: 'new_lead',
    },
  });
  t.equal(status, 200);
  const { lead_id, lead } = body.context.new_lead;
  t.match(service.sandbox.store.leads.get(lead_id), {
    name: 'Важная сделка',
    price: 150000,
    pipeline_id: 1,
    status_id: 142,
  });
  t.match(service.sandbox.store.links.of({ kind: 'leads', id: lead_id }), [
    { kind: 'contacts', id: 12345, is_main: true },
  ]);
  t.match(lead.fields, { Источник: 'Telegram', Бюджет: 150000 });
});

t.test('amocrm_add_note', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_add_note',
    params: {
      entity_type: 'leads',
      entity_id: 67890,
      note_text: 'Клиент проявил интерес',
      note_type: 'common',
      output_var: 'note_result',
    },
  });
  t.equal(status, 200);
  const { note_id } = body.context.note_result;
  t.match(body.context.note_result, { success: true, note_added: true, entity_type: 'leads', entity_id: 67890 });
  t.match(service.sandbox.store.notes.leads.get(note_id), {
    entity_id: 67890,
    params: { text: 'Клиент проявил интерес' },
  });
});

t.test('amocrm_search', async (t) => {
  const service = await start(t);
  const { status, body } = await post(service, {
    type: 'amocrm_search',
    params: {
      query: 'Иван',
      entity_type: 'contacts',
      limit: 10,
      output_var: 'search_results',
    },
  });
  t.equal(status, 200);
  t.match(body.context.search_results, {
    success: true,
    count: 2,
    items: [{ id: 12346 }, { id: 12351 }],
    has_more: false,
  });
});
