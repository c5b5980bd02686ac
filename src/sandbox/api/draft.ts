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

const TagRef = exactly({
  id: optional(nullable(Type.Integer())),
  name: optional(nullable(Type.String())),
  color: optional(nullable(Type.String())),
});
export const TagRefs = Type.Array(TagRef);

export const entityKeys = {
  id: optional(Type.Integer()),
  name: optional(Type.String()),
  ...authorship,
  custom_fields_values: optional(Type.Unknown()),
  tags_to_add: optional(TagRefs),
  request_id: RequestId,
};

/**
 * `_embedded` of a draft. Lists of linked entities, as a read model carries them, are ignored where the method does not
 * link: clients that write back what they read rely on it.
 */
export function embeddedWith<P extends TProperties>(properties: P) {
  const ignored = optional(Type.Unknown());
  const relations = { leads: ignored, contacts: ignored, companies: ignored, customers: ignored, segments: ignored };
  const rest = { catalog_elements: ignored, loss_reason: ignored };
  return optional(exactly({ tags: optional(nullable(TagRefs)), ...relations, ...rest, ...properties }));
}
