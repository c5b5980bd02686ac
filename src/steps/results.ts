import { type TSchema, Type } from 'typebox';
import { Entity } from '../amocrm/shapes/entities.ts';

/** Custom fields as every result has them. */
export const fields = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'Custom fields as plain values: by the name of the field map file, `phone` and `email`, else by the field’s name in ' +
    'amoCRM. The first value of phones and e-mails, labels of options, days as YYYY-MM-DD in the account’s time zone.',
  examples: [{ telegram_id: '123456789', phone: '+79001234567', Источник: 'Telegram' }],
});

/** amoCRM may say more of an entity than is described. */
export const open = { additionalProperties: true };

export const ReadEntity = Type.Object({ ...Entity.properties, fields }, open);

/** What was sent plus what amoCRM answered, in amoCRM's names. */
export const Created = Type.Object(
  { id: Entity.properties.id, custom_fields_values: Entity.properties.custom_fields_values, fields },
  { ...open, description: 'What was sent plus what amoCRM answered, in amoCRM’s names.' },
);

export const orNull = <T extends TSchema>(schema: T) =>
  Type.Union([schema, Type.Null()], { description: 'null where nothing was found.' });
