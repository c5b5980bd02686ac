import { Type } from 'typebox';
import { criteriaNames } from '../../amocrm/entities/contacts/params.ts';
import { Contact } from '../../amocrm/shapes/entities.ts';
import { fields, open } from '../results.ts';

export const ReadContact = Type.Object(
  { ...Contact.properties, fields },
  { ...open, title: 'Contact', description: 'A contact as amoCRM has it.' },
);

export const ContactId = Type.Integer({ description: 'The contact’s id.', examples: [12345] });

export const MatchedBy = Type.Union([Type.Enum([...criteriaNames], { type: 'string' }), Type.Null()], {
  description: 'The criterion that found it, null where nothing was found.',
  examples: ['telegram_id'],
});
