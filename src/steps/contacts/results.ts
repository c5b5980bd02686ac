import { type TSchema, Type } from 'typebox';
import { criteriaNames } from '../../amocrm/entities/contacts/params.ts';
import { Contact, Entity, Lead } from '../../amocrm/shapes/entities.ts';

const fields = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'Custom fields as plain values: by the name of the field map file, `phone` and `email`, else by the field’s name in ' +
    'amoCRM. The first value of phones and e-mails, labels of options, days as YYYY-MM-DD in the account’s time zone.',
  examples: [{ telegram_id: '123456789', phone: '+79001234567', Источник: 'Telegram' }],
});

const open = { additionalProperties: true };

export const ReadContact = Type.Object(
  { ...Contact.properties, fields },
  { ...open, description: 'A contact as amoCRM has it.' },
);
export const ReadLead = Type.Object(
  { ...Lead.properties, fields },
  { ...open, description: 'A lead as amoCRM has it.' },
);
export const ReadEntity = Type.Object({ ...Entity.properties, fields }, open);

/** What was sent plus what amoCRM answered, in amoCRM's names. */
export const Created = Type.Object(
  { id: Entity.properties.id, custom_fields_values: Entity.properties.custom_fields_values, fields },
  { ...open, description: 'What was sent plus what amoCRM answered, in amoCRM’s names.' },
);

export const ContactId = Type.Integer({ description: 'The contact’s id.', examples: [12345] });

export const MatchedBy = Type.Union([Type.Enum([...criteriaNames], { type: 'string' }), Type.Null()], {
  description: 'The criterion that found it, null where nothing was found.',
  examples: ['telegram_id'],
});

export const orNull = <T extends TSchema>(schema: T) =>
  Type.Union([schema, Type.Null()], { description: 'null where nothing was found.' });
