export const KINDS = ['contacts', 'leads', 'companies', 'customers'] as const;
export type Kind = (typeof KINDS)[number];

export type StoredValue = Record<string, unknown>;

/** A custom field's values, in the form in which the API reads them back. */
export interface StoredField {
  field_id: number;
  values: StoredValue[];
}

export interface Entity {
  id: number;
  name: string;
  responsible_user_id: number;
  group_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  closest_task_at: number | null;
  /** In the recycle bin. */
  is_deleted: boolean;
  custom_fields_values: StoredField[];
  /** Ids in the kind's own tag dictionary. */
  tags: number[];
}

export interface Contact extends Entity {
  first_name: string;
  last_name: string;
}

export interface Lead extends Entity {
  price: number;
  status_id: number;
  pipeline_id: number;
  loss_reason_id: number | null;
  closed_at: number | null;
}

export type Company = Entity;

export interface Customer extends Entity {
  next_price: number;
  next_date: number | null;
  status_id: number;
  periodicity: number;
}

export interface Note {
  id: number;
  entity_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  responsible_user_id: number;
  group_id: number;
  note_type: string;
  params: Record<string, unknown>;
  is_pinned: boolean;
}

export interface Task {
  id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  responsible_user_id: number;
  group_id: number;
  entity_id: number | null;
  entity_type: Kind | null;
  duration: number;
  is_completed: boolean;
  task_type_id: number;
  text: string;
  result: { text: string } | null;
  complete_till: number;
}

export interface Tag {
  id: number;
  name: string;
  color: string | null;
}

export interface User {
  id: number;
  name: string;
  email: string;
  is_admin: boolean;
}

export interface Status {
  id: number;
  name: string;
  sort: number;
  is_editable: boolean;
  color: string;
  type: 0 | 1;
}

export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  is_unsorted_on: boolean;
  /** Put away in amoCRM's own window; no method of the API does that. */
  is_archive: boolean;
  statuses: Status[];
}

export interface LossReason {
  id: number;
  name: string;
  sort: number;
  created_at: number;
}

export interface FieldOption {
  id: number;
  value: string;
  sort: number;
  code: string | null;
}

export interface Field {
  id: number;
  name: string;
  type: string;
  code: string | null;
  sort: number;
  group_id: string | null;
  is_api_only: boolean;
  is_predefined: boolean;
  is_computed: boolean;
  enums: FieldOption[] | null;
  currency: string | null;
  required_statuses: { pipeline_id: number; status_id: number }[];
}

export interface Account {
  id: number;
  name: string;
  subdomain: string;
  created_at: number;
  timezone: string;
  current_user_id: number;
}
