import { Type } from 'typebox';
import { Id } from '../../schemas/atoms.ts';
import { ids, moments, range, texts, userIds } from '../../schemas/list-params.ts';

/**
 * Filters that contacts, leads and companies have in common. Source: developers' reference, filters
 * (https://www.amocrm.ru/developers/content/crm_platform/filters-api).
 */
const commonFilters = {
  id: ids('Ids; the one filter that works without the paid add-on.'),
  name: texts('Names, as they are.', 'Иван Петров'),
  created_by: userIds('Who made it.'),
  updated_by: userIds('Who last changed it.'),
  responsible_user_id: userIds('Who is responsible.'),
  created_at: moments('When it was made.'),
  updated_at: moments('When it was last changed.'),
  closest_task_at: moments('When its next task is due.'),
};

/** The filter by custom fields; see `encodeFieldFilter`. */
const byFields = (example: Record<string, unknown>) => ({
  custom_fields_values: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      maxProperties: 20,
      description:
        'Custom fields by the names that `custom_fields` takes: a value, a list of them, or {"from", "to"} for numbers and ' +
        'dates (only so for dates). Phones and e-mails cannot be filtered by.',
      examples: [example],
    }),
  ),
});

export const contactFilters = { ...commonFilters, ...byFields({ SOURCE: ['Telegram'] }) };
export const companyFilters = { ...commonFilters, ...byFields({ INDUSTRY: ['Кафе'] }) };

export const leadFilters = {
  ...commonFilters,
  ...byFields({ SOURCE: ['Telegram'], BUDGET: { from: 1000 } }),
  price: range('The budget.', { from: 1000, to: 150000 }),
  pipeline_id: ids('Pipelines.', 1),
  statuses: Type.Optional(
    Type.Array(
      Type.Object(
        { pipeline_id: Id('The pipeline.', 1), status_id: Id('The status.', 142) },
        { additionalProperties: false, description: 'A status of a pipeline.' },
      ),
      { minItems: 1, maxItems: 100, description: 'Statuses, each with its pipeline.' },
    ),
  ),
  closed_at: moments('When it was closed.'),
};
