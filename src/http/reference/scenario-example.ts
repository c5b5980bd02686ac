/** A bot's scenario as the documentation shows it: find the contact or create it, then a lead and a note. */
export const exampleScenario = {
  scenario_id: 'amocrm_lead_creation',
  steps: [
    {
      id: 'find_contact',
      type: 'amocrm_find_contact',
      params: { telegram_id: '{user_telegram_id}', output_var: 'existing_contact' },
      next_step: 'check_contact',
    },
    {
      id: 'check_contact',
      type: 'conditional',
      params: { condition: '{existing_contact.found}', true_step: 'create_lead', false_step: 'create_contact' },
    },
    {
      id: 'create_contact',
      type: 'amocrm_create_contact',
      params: {
        name: '{user_name}',
        custom_fields: { telegram_id: '{user_telegram_id}', source: 'Telegram' },
        output_var: 'new_contact',
      },
      next_step: 'create_lead',
    },
    {
      id: 'create_lead',
      type: 'amocrm_create_lead',
      params: {
        name: 'Сделка от {user_name}',
        price: 50000,
        contact_id: '{new_contact.contact_id || existing_contact.contact.id}',
        output_var: 'new_lead',
      },
      next_step: 'add_note',
    },
    {
      id: 'add_note',
      type: 'amocrm_add_note',
      params: {
        entity_type: 'leads',
        entity_id: '{new_lead.lead_id}',
        note_text: 'Сделка создана через Telegram бота',
      },
    },
  ],
  context: { user_telegram_id: 123456789, user_name: 'Иван' },
};

const report = (id: string, type: string, duration_ms: number) => ({ id, type, status: 'ok', duration_ms });

export const exampleAnswer = {
  success: true,
  scenario_id: 'amocrm_lead_creation',
  context: {
    user_telegram_id: 123456789,
    user_name: 'Иван',
    existing_contact: { success: true, found: true, contact: { id: 12345 }, count: 1, matched_by: 'telegram_id' },
    new_lead: { success: true, lead_id: 10185151, lead: { id: 10185151, name: 'Сделка от Иван' } },
    note_result: { success: true, note_id: 76787983, note_added: true, entity_type: 'leads', entity_id: 10185151 },
  },
  steps: [
    report('find_contact', 'amocrm_find_contact', 92),
    report('check_contact', 'conditional', 0),
    report('create_lead', 'amocrm_create_lead', 171),
    report('add_note', 'amocrm_add_note', 168),
  ],
};

const notes = { requests: [], resolved: {} };
const [leadId, noteId] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1];
const lead = { name: 'Сделка от Иван', price: 50000, _embedded: { contacts: [{ id: 12345, is_main: true }] } };
const note = { entity_id: leadId, note_type: 'common', params: { text: 'Сделка создана через Telegram бота' } };
const sent = (path: string, body: object) => [
  { method: 'POST', path, body: [{ ...body, request_id: '0' }], shares_call: true },
];

export const exampleDryAnswer = {
  success: true,
  dry_run: true,
  scenario_id: 'amocrm_lead_creation',
  steps: [
    {
      ...report('find_contact', 'amocrm_find_contact', 92),
      requests: [],
      resolved: { 'params.telegram_id': { id: 123456, code: 'TELEGRAM_ID', name: 'Telegram ID' } },
      result: exampleAnswer.context.existing_contact,
    },
    { ...report('check_contact', 'conditional', 0), ...notes },
    {
      ...report('create_lead', 'amocrm_create_lead', 1),
      ...notes,
      requests: sent('/api/v4/leads', lead),
      result: { success: true, lead_id: leadId, lead: { ...lead, id: leadId, custom_fields_values: null, fields: {} } },
    },
    {
      ...report('add_note', 'amocrm_add_note', 0),
      ...notes,
      requests: sent('/api/v4/leads/notes', note),
      resolved: { 'params.entity_id': { id: leadId, step: 'create_lead' } },
      result: { success: true, note_id: noteId, note_added: true, entity_type: 'leads', entity_id: leadId },
    },
  ],
  reads: 2,
};
