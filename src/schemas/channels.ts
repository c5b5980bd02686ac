import { Type } from 'typebox';
import { Text } from './atoms.ts';
import { soughtPhonePattern } from './patterns.ts';

/** Params for the fields that every contact and company has. */

const phone = { maxLength: 255, examples: ['+7 900 123-45-67'] };

export const Phone = (description: string) => Type.Optional(Text(description, phone));

/** One that is looked for, so it must be a number. */
export const SoughtPhone = (description: string) =>
  Type.Optional(Text(description, { ...phone, pattern: soughtPhonePattern }));

export const Email = (description: string) =>
  Type.Optional(Type.String({ pattern: '\\S', maxLength: 255, description, examples: ['ivan.petrov@example.com'] }));

/** Of someone or something new. */
export const channels = {
  phone: Phone('A phone number; short for the field PHONE with the kind WORK. It is stored as it is given.'),
  email: Email('An e-mail address; short for the field EMAIL with the kind WORK.'),
};

/** Of someone or something that is there already. */
export const addedChannels = {
  phone: Phone('A phone number to add; with `multi_value: "replace"` the only one.'),
  email: Email('An e-mail address to add; with `multi_value: "replace"` the only one.'),
};
