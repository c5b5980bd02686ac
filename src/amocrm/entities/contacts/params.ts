import { type Static, Type } from 'typebox';
import { CustomFields, Tags, Text } from '../../../schemas/atoms.ts';
import { addedChannels, channels, Email, SoughtPhone } from '../../../schemas/channels.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import { flatKeys, updateData } from '../update-params.ts';

export const contactCriteria = {
  telegram_id: Type.Optional(
    Text(
      'The id in Telegram, looked up in the custom field named `telegram_id` (by the field map file, code or name). ' +
        'A hit counts only when that field holds exactly this value.',
      { maxLength: 255, examples: ['123456789'] },
    ),
  ),
  phone: SoughtPhone(
    'A phone number in any spelling. Numbers are compared by their digits: a leading 00 does not count, a leading 8 of ' +
      'an 11-digit number is 7, and of two numbers with at least 10 digits one may end with the other. A number that is ' +
      'stored in a form which amoCRM’s own search does not match cannot be found.',
  ),
  email: Email('An e-mail address; case does not matter.'),
  match_fields: Type.Optional(
    Type.Record(Type.String(), Text('The whole value.', { maxLength: 255 }), {
      minProperties: 1,
      maxProperties: 10,
      description:
        'Custom fields of the types text, numeric and url, by the names of `custom_fields`, that must all hold exactly these ' +
        'values: case counts, and so does the spelling of a number (`1.0` is not `1`); spaces at the ends do not.',
      examples: [{ Должность: 'Директор' }],
    }),
  ),
  query: Type.Optional(
    Text('Free text for amoCRM’s full-text search, tried last. Its first hit counts as it is: nothing is verified.', {
      maxLength: 255,
      examples: ['Иван Петров'],
    }),
  ),
};
export const ContactCriteria = Type.Object(contactCriteria);
export type ContactCriteria = Static<typeof ContactCriteria>;
export const criteriaNames = ['telegram_id', 'phone', 'email', 'match_fields', 'query'] as const;
export type CriterionName = (typeof criteriaNames)[number];

const name = {
  name: Type.Optional(Text('The full name.', { maxLength: 255, examples: ['Иван Петров'] })),
  first_name: Type.Optional(Text('The first name.', { maxLength: 255, examples: ['Иван'] })),
  last_name: Type.Optional(Text('The last name.', { maxLength: 255, examples: ['Петров'] })),
};

export const contactAttributes = {
  ...name,
  ...channels,
  custom_fields: CustomFields('Custom fields of the contact.', { telegram_id: '123456789', source: 'Telegram' }),
  tags: Tags,
  ...responsibleUser,
};
export const ContactAttributes = Type.Object(contactAttributes);
export type ContactAttributes = Static<typeof ContactAttributes>;

/** The contact's own attributes among the keys of `update_data`; other keys are custom fields or `notes`. */
export const ownAttributes = { ...name, ...responsibleUser, tags: Tags };
const updateExample = { phone: '+79009876543', email: 'new@example.com', notes: 'Обновленная информация' };

export const UpdateData = updateData(ownAttributes, updateExample);
export type UpdateData = Static<typeof UpdateData> & Record<string, unknown>;

/** The keys that may also stand beside `update_data`. */
export const flatAttributes = {
  ...flatKeys(ownAttributes, { source: 'Telegram' }),
  ...addedChannels,
};
