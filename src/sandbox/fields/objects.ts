import Type, { type TObject, type TProperties } from 'typebox';
import { type Codec, codec } from './codec.ts';

// Value shapes that are objects: https://www.amocrm.ru/developers/content/crm_platform/custom-fields
const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const int = Type.Optional(Type.Union([Type.Integer(), Type.Null()]));
const requisites = {
  address: text,
  real_address: text,
  bank_account_number: text,
  director: text,
  vat_id: text,
  tax_registration_reason_code: text,
  kpp: text,
  bank_code: text,
  unp: text,
  bin: text,
  egrpou: text,
  mfo: text,
  oked: text,
  external_uid: text,
};

export const legalEntity: Codec = inValue({
  name: Type.String(),
  entity_type: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2), Type.Null()])),
  ...requisites,
});

export const file: Codec = inValue({
  file_uuid: Type.String(),
  version_uuid: text,
  file_name: text,
  file_size: int,
});

const linkedKind = Type.Enum(['contacts', 'companies', 'catalog_elements']);

export const linkedEntity: Codec = inValue({
  name: text,
  entity_id: Type.Integer(),
  entity_type: linkedKind,
  catalog_id: int,
});

export const payer: Codec = inValue({
  name: text,
  type: Type.Optional(Type.Enum(['legal', 'individual'])),
  entity_type: Type.Optional(Type.Enum(['contacts', 'companies'])),
  entity_id: int,
  ...requisites,
});

export const supplier: Codec = inValue({ entity_id: Type.Integer() });

const number = Type.Optional(Type.Union([Type.Number(), Type.Null()]));
const discount = Type.Object(
  { type: Type.Enum(['percentage', 'amount']), value: Type.Number() },
  { additionalProperties: false },
);

export const items: Codec = inValue(
  {
    sku: text,
    description: text,
    unit_price: number,
    quantity: number,
    unit_type: text,
    discount: Type.Optional(discount),
    vat_rate_id: int,
    external_uid: text,
  },
  Number.POSITIVE_INFINITY,
);

const ChainedElement = Type.Object(
  { catalog_id: Type.Integer(), catalog_element_id: Type.Integer() },
  { additionalProperties: false },
);

export const chainedList: Codec = codec(ChainedElement, (element) => ({ ...element }), 5);

function inValue<P extends TProperties>(properties: P, max = 1): Codec {
  const value: TObject<P> = Type.Object(properties, { additionalProperties: false });
  return codec(Type.Object({ value }, { additionalProperties: false }), (element) => ({ ...element }), max);
}
