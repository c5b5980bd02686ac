import Type, { type TProperties, type TSchema } from 'typebox';

/** The shapes that two or more entities share in what clients send. */
export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const optional = Type.Optional;
export const Text = Type.String();

export function exactly<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export const RequestId = optional(Type.Union([Type.String(), Type.Integer()]));

export const authorship = {
  responsible_user_id: optional(Type.Integer()),
  created_by: optional(Type.Integer()),
  updated_by: optional(Type.Integer()),
  created_at: optional(Type.Integer()),
  updated_at: optional(Type.Integer()),
};

const TagRef = exactly({ id: optional(Type.Integer()), name: optional(Type.String()) });
export const TagRefs = Type.Array(TagRef);

export const entityKeys = {
  id: optional(Type.Integer()),
  name: optional(Type.String()),
  ...authorship,
  custom_fields_values: optional(Type.Unknown()),
  tags_to_add: optional(TagRefs),
  request_id: RequestId,
};
