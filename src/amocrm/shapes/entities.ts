import { type Static, type TSchema, Type } from 'typebox';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';
import { reader } from './hal.ts';

/** The parts of amoCRM's entities that the service relies on; other keys of an answer are passed on unchanged. */

export const entityTypes = ['contacts', 'leads', 'companies'] as const;
export type EntityType = (typeof entityTypes)[number];

/** Entity types that can have notes. */
export const parentTypes = [...entityTypes, 'customers'] as const;
export type ParentType = (typeof parentTypes)[number];

export const FieldValue = Type.Object(
  {
    value: Type.Optional(Type.Unknown({ description: 'The value in amoCRM’s own form.' })),
    enum_id: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: 'The option’s id.' })),
    enum_code: Type.Optional(
      Type.Union([Type.String(), Type.Null()], { description: 'The option’s code, e.g. WORK.' }),
    ),
  },
  { additionalProperties: true, description: 'One value of a custom field.' },
);
export type FieldValue = Static<typeof FieldValue>;

export const FieldValues = Type.Object(
  {
    field_id: Type.Optional(Type.Integer({ description: 'The field’s id.' })),
    field_name: Type.Optional(Type.String({ description: 'The field’s name in amoCRM.' })),
    field_code: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The field’s code.' })),
    field_type: Type.Optional(Type.String({ description: 'The field’s type.' })),
    values: Type.Array(FieldValue, { description: 'The field’s values.' }),
  },
  { additionalProperties: true, title: 'FieldValues', description: 'A custom field of an entity with its values.' },
);
export type FieldValues = Static<typeof FieldValues>;

/** amoCRM's own word for "nothing" in any of these; one strange entity must not make a page unreadable. */
export const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }));

const shared = {
  id: Type.Integer({ minimum: 1, description: 'The id in amoCRM.' }),
  name: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The name.' })),
  responsible_user_id: orNull(Type.Integer(), 'The user who is responsible.'),
  is_deleted: orNull(Type.Boolean(), 'Whether it lies in the recycle bin.'),
  created_at: orNull(Type.Integer(), 'When it was made, unix seconds.'),
  created_by: orNull(Type.Integer(), 'The user who made it, 0 for a robot.'),
  updated_at: orNull(Type.Integer(), 'When it was last changed, unix seconds.'),
  custom_fields_values: Type.Optional(
    Type.Union([Type.Array(FieldValues), Type.Null()], { description: 'Custom fields, null where none is filled.' }),
  ),
  _embedded: Type.Optional(
    Type.Object(
      {
        tags: Type.Optional(
          Type.Array(
            Type.Object(
              { name: Type.Optional(Type.String({ description: 'The tag’s name.' })) },
              { additionalProperties: true },
            ),
            {
              description: 'Tags.',
            },
          ),
        ),
      },
      { additionalProperties: true, description: 'Tags and linked entities.' },
    ),
  ),
};

/** Any entity, as lists and single reads return it. Source: developers' reference, contacts, leads, companies. */
export const Entity = Type.Object(shared, { additionalProperties: true });
export type Entity = Static<typeof Entity>;

const readPage = reader(Type.Object({ _embedded: Type.Record(Type.String(), Type.Unknown()) }), 'a list');
const isList = checkOf(Type.Array(Type.Unknown()));
const isField = checkOf(FieldValues);

/**
 * Makes the reader of items, which are judged one by one: of one that is not as documented the sound members count, and
 * one that lacks what it needs is left out, so that a single strange item does not make the others unreadable.
 */
export function itemReader<T extends TSchema>(schema: T): (items: readonly unknown[]) => Static<T>[] {
  const check = checkOf(schema);
  return (items) =>
    items
      .map((item) => (check.accepts(item) ? item : soundPart(item)))
      .filter((item): item is Static<T> => check.accepts(item));

  function soundPart(item: unknown): unknown {
    const bad = new Set(check.faults(item).map(({ instancePath }) => instancePath.split('/')[1]));
    const sound = Object.fromEntries(Object.entries(Object(item)).filter(([key]) => !bad.has(key)));
    const { custom_fields_values: fields } = Object(item);
    const kept = Array.isArray(fields) ? fields.filter((field: unknown) => isField.accepts(field)) : null;
    return bad.has('custom_fields_values') ? { ...sound, custom_fields_values: kept } : sound;
  }
}

/**
 * Makes the reader of a list's pages; `name` is the last part of the list's path. See `itemReader`. The reader throws
 * AMOCRM_ERROR where the page is no list.
 */
export function listReader<T extends TSchema>(schema: T): (page: unknown, name: string) => Static<T>[] {
  const readItems = itemReader(schema);
  return (page, name) => {
    const items = readPage(page)._embedded[name] ?? [];
    if (isList.accepts(items)) return readItems(items);
    throw new Problem('AMOCRM_ERROR', callMessages.notAList(name));
  };
}

/** The entities of a page of a list. */
export const readEntityList = listReader(Entity);

export const Contact = Type.Object(
  {
    ...shared,
    first_name: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The first name.' })),
    last_name: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The last name.' })),
  },
  { additionalProperties: true },
);
export type Contact = Static<typeof Contact>;

export const Lead = Type.Object(
  {
    ...shared,
    price: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: 'The budget in whole units.' })),
    pipeline_id: orNull(Type.Integer(), 'The pipeline.'),
    status_id: orNull(Type.Integer(), 'The status; 142 is won, 143 is lost in every pipeline.'),
    closed_at: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: 'When it was closed.' })),
  },
  { additionalProperties: true },
);
export type Lead = Static<typeof Lead>;
