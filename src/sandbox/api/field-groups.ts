import { type Answer, hal, notFound } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { type Call, link } from './call.ts';

/** Groups of fields on the card; their ids are words. */
export const fieldGroupRoutes: Routes = Object.fromEntries(
  KINDS.flatMap((kind) => [
    [`/api/v4/${kind}/custom_fields/groups`, { GET: (call: Call) => list(kind, call) }],
    [`/api/v4/${kind}/custom_fields/groups/:text`, { GET: (call: Call) => get(kind, call) }],
  ]),
);

const MAIN = 'default';

function list(kind: Kind, call: Call): Answer {
  const groups = groupsOf(kind, call);
  return hal({ _total_items: groups.length, _embedded: { custom_field_groups: groups } });
}

function get(kind: Kind, call: Call): Answer {
  const group = groupsOf(kind, call).find(({ id }) => id === call.texts[0]);
  if (group === undefined) throw notFound('Custom field group not found');
  return hal(group);
}

function groupsOf(kind: Kind, call: Call) {
  const names = kind === 'leads' ? { [MAIN]: 'Основное', statistic: 'Статистика' } : { [MAIN]: 'Основное' };
  const fields = [...call.store.fields[kind].values()];
  return Object.entries(names).map(([id, name], index) => ({
    id,
    name,
    is_predefined: true,
    type: 'custom_field_group',
    entity_type: kind,
    sort: index,
    fields: fields.filter(({ group_id }) => (group_id ?? MAIN) === id).map((field) => field.id),
    _links: link(call, `${kind}/custom_fields/groups/${id}`),
  }));
}
