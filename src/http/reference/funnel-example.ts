/** A lead's way through a funnel by names alone, as the documentation shows it. */
export const funnelScenario = {
  scenario_id: 'lead_through_funnel',
  steps: [
    {
      id: 'take_in',
      type: 'amocrm_intake',
      params: {
        telegram_id: '{user_telegram_id}',
        name: '{user_name}',
        lead: { name: 'Заявка от {user_name}', pipeline: 'Продажи', status: 'Первичный контакт' },
        output_var: 'request',
      },
      next_step: 'talk',
    },
    {
      id: 'talk',
      type: 'amocrm_move_lead',
      params: { lead_id: '{request.lead_id}', status: 'Переговоры' },
      next_step: 'call_back',
    },
    {
      id: 'call_back',
      type: 'amocrm_create_task',
      params: {
        text: 'Перезвонить: {user_name}',
        task_type: 'call',
        complete_in: 3600,
        entity_type: 'leads',
        entity_id: '{request.lead_id}',
        responsible_user: 'Ольга Лебедева',
      },
      next_step: 'remember',
    },
    {
      id: 'remember',
      type: 'amocrm_add_note',
      params: { entity_type: 'leads', entity_id: '{request.lead_id}', note_text: 'Думает до пятницы' },
      next_step: 'lose',
    },
    {
      id: 'lose',
      type: 'amocrm_move_lead',
      params: { lead_id: '{request.lead_id}', status: 'lost', loss_reason: 'Дорого', output_var: 'lost' },
    },
  ],
  context: { user_telegram_id: 5550042, user_name: 'Пётр' },
};

const [lead, contact, pipeline] = [10185151, 12345, 1];
const reports = funnelScenario.steps.map(({ id, type }, index) => ({
  id,
  type,
  status: 'ok',
  duration_ms: [412, 168, 173, 169, 171][index],
}));

export const funnelAnswer = {
  success: true,
  scenario_id: funnelScenario.scenario_id,
  context: {
    ...funnelScenario.context,
    request: { success: true, contact_id: contact, contact_created: true, lead_id: lead, lead_created: true },
    moved_lead: {
      success: true,
      lead_id: lead,
      moved: true,
      updated: true,
      pipeline_id: pipeline,
      status_id: 1003,
      previous: { pipeline_id: pipeline, status_id: 1002 },
    },
    created_task: {
      success: true,
      task_id: 4745251,
      task: {
        id: 4745251,
        text: 'Перезвонить: Пётр',
        task_type_id: 1,
        complete_till: 1_924_981_140,
        entity_type: 'leads',
        entity_id: lead,
        responsible_user_id: 8000002,
      },
    },
    note_result: { success: true, note_id: 76787983, note_added: true, entity_type: 'leads', entity_id: lead },
    lost: {
      success: true,
      lead_id: lead,
      moved: true,
      updated: true,
      pipeline_id: pipeline,
      status_id: 143,
      previous: { pipeline_id: pipeline, status_id: 1003 },
    },
  },
  steps: reports,
};
