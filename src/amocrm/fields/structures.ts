import type { ValidateFunction } from 'ajv/dist/2020.js';
import { type TSchema, Type } from 'typebox';
import { accepted } from '../../messages/fields.ts';
import { valueAt } from '../../problems/document-order.ts';
import { checkOf } from '../../schemas/check.ts';
import { faultsOfValidation } from '../../schemas/schema-faults.ts';
import { validator } from '../../schemas/validator.ts';
import { FieldValue } from '../shapes/entities.ts';
import type { Codec } from './codec.ts';
import { FieldError } from './field.ts';
import { invalid } from './scalars.ts';

const { Array: List, Object: Shape, Optional, String: Text, Integer, Number: Num, Enum, Unsafe } = Type;

/** Not a union: its faults would not tell what is wrong. */
const orNull = (type: 'string' | 'integer' | 'object', more: object = {}) =>
  Optional(Unsafe<unknown>({ ...more, type: [type, 'null'] }));
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
    ].map((key) => [key, orNull('string')]),
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
      { ...requisites, entity_type: orNull('integer', { minimum: 1, maximum: 2 }) },
      { additionalProperties: false },
    ),
  ),
  items: one(
    Shape({
      sku: orNull('string'),
      description: orNull('string'),
      unit_price: Optional(Num()),
      quantity: Optional(Num()),
      unit_type: orNull('string'),
      discount: orNull('object', Shape({ type: Enum(['percentage', 'amount']), value: Num() })),
      vat_rate_id: orNull('integer'),
      external_uid: orNull('string'),
    }),
  ),
  linked_entity: one(
    Shape({
      name: orNull('string'),
      entity_id: Integer({ minimum: 1 }),
      entity_type: Enum(['contacts', 'companies', 'catalog_elements']),
      catalog_id: orNull('integer'),
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
  let check: ValidateFunction | undefined;
  return {
    accepts: accepted.ownValues,
    encode(value, field) {
      check ??= validator.compile(shapes[type]);
      if (check(value) && values.accepts(value)) return value;
      const [fault] = faultsOfValidation(check.errors ?? [], { sentAt: (path) => valueAt(value, path) });
      if (fault === undefined || fault.path.length === 0) throw invalid(value, field, accepted.ownValues);
      throw new FieldError('INVALID_FIELD_VALUE', fault.message, fault.path);
    },
    decode: (values) => values,
  };
}
