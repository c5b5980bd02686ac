import { type Static, type TSchema, Type } from 'typebox';

export const fields = Type.Record(Type.String(), Type.Unknown(), {
  title: 'Fields',
  description:
    'Custom fields as plain values: by the name of the field map file, `phone`, `email` and (of companies) `website`, ' +
    'else by the field’s name in amoCRM. The first value of phones and e-mails, labels of options, days as YYYY-MM-DD in the account’s time zone.',
  examples: [{ telegram_id: '123456789', phone: '+79001234567', Источник: 'Telegram' }],
});

/** amoCRM may return more keys of an entity than the schema describes. */
export const open = { additionalProperties: true };

/** A created entity: of the keys that amoCRM does not return on a create, only those that were sent are present. */
export const created = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T>>({ ...schema, description: 'What was sent plus what amoCRM answered, in amoCRM’s names.' });

export const orNull = <T extends TSchema>(schema: T) =>
  Type.Union([schema, Type.Null()], { description: 'null where nothing was found.' });
