import { type Static, Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import type { WriteBody } from '../operation/write-log.ts';
import { type Entity, FieldValues } from '../shapes/entities.ts';
import { isSameField, refOf } from '../shapes/field-ref.ts';

const Tag = Type.Object({ id: Type.Optional(Type.Integer()), name: Type.Optional(Type.String()) });
const Fields = Type.Array(
  Type.Object({ ...FieldValues.properties, values: Type.Union([FieldValues.properties.values, Type.Null()]) }),
);

const isTags = checkOf(Type.Array(Tag)).accepts;
const isFields = checkOf(Fields).accepts;

/** The entity as it stands after amoCRM has carried out a write of it; a new one begins with its id alone. */
export function stateAfter(entity: Entity, body: WriteBody): Entity {
  const { id: _, custom_fields_values: fields, tags_to_add, tags_to_delete, _embedded, ...own } = body;
  const custom_fields_values = isFields(fields) ? fieldsAfter(entity, fields) : entity.custom_fields_values;
  const embedded = { ...entity._embedded, ..._embedded };
  const added = isTags(tags_to_add) ? tags_to_add : [];
  const deleted = isTags(tags_to_delete) ? tags_to_delete : [];
  const kept = (isTags(embedded.tags) ? embedded.tags : []).filter(
    (tag) => !deleted.some((one) => isSameTag(one, tag)),
  );
  const tags = [...kept, ...added.filter((tag) => !kept.some((one) => isSameTag(one, tag)))];
  return { ...entity, ...own, custom_fields_values: custom_fields_values ?? null, _embedded: { ...embedded, tags } };
}

function fieldsAfter({ custom_fields_values }: Entity, written: Static<typeof Fields>): FieldValues[] {
  const kept = (custom_fields_values ?? []).filter(
    (held) => !written.some((field) => isSameField(refOf({ ...field, values: [] }), refOf(held))),
  );
  const filled = written.flatMap((field) => (field.values === null ? [] : [{ ...field, values: field.values }]));
  return [...kept, ...filled];
}

function isSameTag(a: Static<typeof Tag>, b: Static<typeof Tag>): boolean {
  return a.id === undefined || b.id === undefined ? a.name === b.name : a.id === b.id;
}
