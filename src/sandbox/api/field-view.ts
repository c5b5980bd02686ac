import type { Field } from '../store/models.ts';
import { type Call, link } from './call.ts';
import type { FieldOwner } from './field-owner.ts';

export function fieldView({ path, entityType, catalogId }: FieldOwner, field: Field, call: Call) {
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
    entity_type: entityType,
    currency: field.currency,
    ...(catalogId !== undefined && { catalog_id: catalogId, is_visible: true, is_required: false, search_in: null }),
    ...(entityType === 'leads' && {
      is_computed: field.is_computed,
      tracking_callback: null,
      hidden_statuses: [],
      triggers: [],
      chained_lists: null,
    }),
    ...(entityType !== 'leads' && catalogId === undefined && { remind: null }),
    _links: link(call, `${path}/custom_fields/${field.id}`),
  };
}
