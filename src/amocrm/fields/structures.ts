import { type TSchema, Type } from 'typebox';
import { accepted } from '../../messages/fields.ts';
import { checkOf } from '../../schemas/check.ts';
import { FieldValue } from '../shapes/entities.ts';
import type { Codec } from './codec.ts';
import { invalid } from './scalars.ts';

const { Array: List, Object: Shape, Optional, String: Text, Integer, Number: Num, Union, Null, Enum } = Type;

const one = (value: TSchema) => List(Shape({ value }, { additionalProperties: false }), { minItems: 1 });
const requisites = {
  name: Text({ minLength: 1 }),
  ...Object.fromEntries(
    [
      'address',
      'real_address',
      'bank_account_number',
      'director',
      'vat_id',
      'tax_registration_reason_code',
      'kpp',
      'bank_code',
      'unp',
      'bin',
      'egrpou',
      'mfo',
      'oked',
      'external_uid',
    ].map((key) => [key, Optional(Union([Text(), Null()]))]),
  ),
};

const addressPart = {
  value: Text({ minLength: 1 }),
  enum_id: Optional(Integer({ minimum: 1, maximum: 6 })),
  enum_code: Optional(Enum(['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'])),
};

/** amoCRM's own value forms of types that have no simpler one. Source: developers' reference, custom fields. */
const shapes = {
  smart_address: List(Shape(addressPart, { additionalProperties: false }), { minItems: 1, maxItems: 6 }),
  legal_entity: one(
    Shape(
      { ...requisites, entity_type: Optional(Union([Integer({ minimum: 1, maximum: 2 }), Null()])) },
      { additionalProperties: false },
    ),
  ),
  items: one(
    Shape({
      sku: Optional(Union([Text(), Null()])),
      description: Optional(Union([Text(), Null()])),
      unit_price: Optional(Num()),
      quantity: Optional(Num()),
      unit_type: Optional(Union([Text(), Null()])),
      discount: Optional(Union([Shape({ type: Enum(['percentage', 'amount']), value: Num() }), Null()])),
      vat_rate_id: Optional(Union([Integer(), Null()])),
      external_uid: Optional(Union([Text(), Null()])),
    }),
  ),
  linked_entity: one(
    Shape({
      name: Optional(Union([Text(), Null()])),
      entity_id: Integer({ minimum: 1 }),
      entity_type: Enum(['contacts', 'companies', 'catalog_elements']),
      catalog_id: Optional(Union([Integer(), Null()])),
    }),
  ),
  chained_list: List(
    Shape(
      { catalog_id: Integer({ minimum: 1 }), catalog_element_id: Integer({ minimum: 1 }) },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: 5 },
  ),
  file: one(
    Shape(
      {
        file_uuid: Text({ minLength: 1 }),
        version_uuid: Optional(Text()),
        file_name: Optional(Text()),
        file_size: Optional(Integer({ minimum: 0 })),
      },
      { additionalProperties: false },
    ),
  ),
  payer: one(Shape({ name: Text({ minLength: 1 }) })),
  supplier: one(Shape({ entity_id: Integer({ minimum: 1 }) })),
};

const values = checkOf(List(FieldValue));

/** Passes amoCRM's own `values` list on unchanged after its shape has been checked. */
export function structureCodec(type: keyof typeof shapes): Codec {
  const shape = checkOf(shapes[type]);
  return {
    accepts: accepted.ownValues,
    encode(value, field) {
      const fault = shape.faults(value)[0];
      if (fault === undefined && values.accepts(value)) return value;
      const { instancePath = '', message = '' } = fault ?? {};
      const { ownValues, ownValuesAt } = accepted;
      throw invalid(value, field, instancePath === '' ? ownValues : ownValuesAt(instancePath, message));
    },
    decode: (values) => values,
  };
}
