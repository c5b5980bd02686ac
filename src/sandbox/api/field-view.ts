import type { Field, Kind } from '../store/models.ts';
import { type Call, link } from './call.ts';

export function fieldView(kind: Kind, field: Field, call: Call) {
  const isLead = kind === 'leads';
  return {
    id: field.id,
    name: field.name,
    type: field.type,
    account_id: call.store.account.id,
    code: field.code,
    sort: field.sort,
    is_api_only: field.is_api_only,
    enums: field.enums,
    group_id: field.group_id,
    required_statuses: field.required_statuses,
    is_deletable: !field.is_predefined,
    is_predefined: field.is_predefined,
    entity_type: kind,
    currency: field.currency,
    ...(isLead
      ? {
          is_computed: field.is_computed,
          tracking_callback: null,
          hidden_statuses: [],
          triggers: [],
          chained_lists: null,
        }
      : { remind: null }),
    _links: link(call, `${kind}/custom_fields/${field.id}`),
  };
}
