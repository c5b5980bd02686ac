import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { stepTags } from '../../src/steps/tags.ts';

/** Every step type: its group in the documentation, type, label, variable; in the order of the documentation. */
const table = [
  ['Contacts', 'amocrm_find_contact', 'поиск контакта', 'contact'],
  ['Contacts', 'amocrm_create_contact', 'создание контакта', 'created_contact'],
  ['Contacts', 'amocrm_find_or_create_contact', 'поиск или создание контакта', 'contact'],
  ['Contacts', 'amocrm_update_contact', 'обновление контакта', 'updated_contact'],
  ['Contacts', 'amocrm_get_contact', 'получение контакта', 'contact'],
  ['Contacts', 'amocrm_list_contacts', 'список контактов', 'contacts'],
  ['Leads', 'amocrm_find_lead', 'поиск сделки', 'lead'],
  ['Leads', 'amocrm_find_contact_leads', 'сделки контакта', 'contact_leads'],
  ['Leads', 'amocrm_create_lead', 'создание сделки', 'created_lead'],
  ['Leads', 'amocrm_create_lead_complex', 'создание сделки с контактом', 'created_lead'],
  ['Leads', 'amocrm_find_or_create_lead', 'поиск или создание сделки', 'lead'],
  ['Leads', 'amocrm_update_lead', 'обновление сделки', 'updated_lead'],
  ['Leads', 'amocrm_move_lead', 'перемещение сделки', 'moved_lead'],
  ['Leads', 'amocrm_intake', 'приём заявки', 'intake'],
  ['Leads', 'amocrm_get_lead', 'получение сделки', 'lead'],
  ['Leads', 'amocrm_get_lead_card', 'карточка сделки', 'lead_card'],
  ['Leads', 'amocrm_list_leads', 'список сделок', 'leads'],
  ['Leads', 'amocrm_list_loss_reasons', 'список причин отказа', 'loss_reasons'],
  ['Companies', 'amocrm_find_company', 'поиск компании', 'company'],
  ['Companies', 'amocrm_create_company', 'создание компании', 'created_company'],
  ['Companies', 'amocrm_update_company', 'обновление компании', 'updated_company'],
  ['Companies', 'amocrm_link_contact_to_company', 'привязка контакта', 'link_result'],
  ['Companies', 'amocrm_unlink_contact_from_company', 'отвязка контакта', 'unlink_result'],
  ['Companies', 'amocrm_get_company', 'получение компании', 'company'],
  ['Companies', 'amocrm_list_companies', 'список компаний', 'companies'],
  ['Tasks', 'amocrm_create_task', 'создание задачи', 'created_task'],
  ['Tasks', 'amocrm_update_task', 'обновление задачи', 'updated_task'],
  ['Tasks', 'amocrm_complete_task', 'завершение задачи', 'completed_task'],
  ['Tasks', 'amocrm_get_task', 'получение задачи', 'task'],
  ['Tasks', 'amocrm_list_tasks', 'список задач', 'tasks'],
  ['Notes and calls', 'amocrm_add_note', 'добавление заметки', 'note_result'],
  ['Notes and calls', 'amocrm_create_call', 'создание звонка', 'created_call'],
  ['Notes and calls', 'amocrm_list_notes', 'список заметок', 'notes'],
  ['Notes and calls', 'amocrm_list_calls', 'список звонков', 'calls'],
  ['Tags', 'amocrm_create_tag', 'создание тега', 'created_tag'],
  ['Tags', 'amocrm_add_tags', 'добавление тегов', 'tags_added'],
  ['Tags', 'amocrm_remove_tags', 'удаление тегов', 'tags_removed'],
  ['Tags', 'amocrm_list_tags', 'список тегов', 'tags'],
  ['Links', 'amocrm_link_entities', 'привязка объектов', 'link_result'],
  ['Links', 'amocrm_unlink_entities', 'отвязка объектов', 'unlink_result'],
  ['Links', 'amocrm_list_links', 'список связей', 'links'],
  ['Search', 'amocrm_search', 'универсальный поиск', 'search_results'],
  ['Pipelines', 'amocrm_get_pipeline', 'получение воронки', 'pipeline'],
  ['Pipelines', 'amocrm_list_pipelines', 'список воронок', 'pipelines'],
  ['Pipelines', 'amocrm_list_statuses', 'список статусов', 'statuses'],
  ['Custom fields', 'amocrm_fetch_fields', 'получение карты полей', 'fields_fetched'],
  ['Custom fields', 'amocrm_get_fields', 'получение карты полей', 'current_fields'],
  ['Custom fields', 'amocrm_list_custom_fields', 'список кастомных полей', 'custom_fields'],
  ['Account', 'amocrm_get_account', 'информация об аккаунте', 'account'],
  ['Users', 'amocrm_get_user', 'получение пользователя', 'user'],
  ['Users', 'amocrm_list_users', 'список пользователей', 'users'],
];

t.test('each step type has the group, label and variable that bots know', async (t) => {
  const known = new Map(table.map((row) => [row[1], row]));
  for (const { tag, type, label, outputVar } of steps) {
    const row = known.get(type);
    if (row === undefined) t.fail(`${type}: add its row to \`table\` in this file`);
    else t.strictSame([tag, type, label, outputVar], row, type);
  }
});

t.test('the steps stand in the order of the documentation', async (t) => {
  t.strictSame(
    steps.map(({ type }) => type),
    table.map(([, type]) => type),
  );
  const tags = [...new Set(steps.map(({ tag }) => tag))];
  t.strictSame(
    stepTags.map(({ name }) => name).filter((name) => tags.includes(name)),
    tags,
  );
});
