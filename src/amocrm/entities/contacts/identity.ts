import { fieldMessages } from '../../../messages/fields.ts';
import type { Message } from '../../../messages/message.ts';
import { type Fault, type Path, refuseFaults } from '../../../problems/problem.ts';
import { emailKey } from '../../../text/emails.ts';
import { fold } from '../../../text/names.ts';
import { phoneBucket } from '../../../text/phones.ts';
import type { Amo } from '../../amo.ts';
import type { HeldValue } from '../../contact-directory/contact-index.ts';
import { asHeld, isIndexed, kinds } from '../../contact-directory/held.ts';
import type { EncodedField } from '../../fields/encode.ts';
import { describeField, type Field, FieldError } from '../../fields/field.ts';
import { findFieldOnce } from '../../fields/kept-fields.ts';
import { currentValues } from '../../fields/merge.ts';
import type { Entity } from '../../shapes/entities.ts';
import { channelOf } from '../../shapes/field-ref.ts';
import { textsOf } from '../../shapes/held-values.ts';
import { emailSearch, phoneSearch, type Search } from '../verified-search.ts';
import type { ContactCriteria, CriterionName } from './params.ts';

/** One criterion of those by which a contact is looked for. */
export interface Criterion extends Search<CriterionName> {
  /** All that must be held, each in a form that is equal for all spellings. */
  identities: readonly string[];
  /** What the contact directory is asked for; none where it knows of no such values. */
  held: readonly HeldValue[];
}

/**
 * The criteria given, in the order in which they are tried. Throws INVALID_REQUEST for a field that is given twice, and
 * those of custom fields.
 */
export async function readCriteria(amo: Amo, criteria: ContactCriteria): Promise<Criterion[]> {
  const { telegram_id, phone, email, match_fields, query } = criteria;
  const results = await Promise.all([
    telegram_id === undefined ? [] : byTelegramId(telegram_id.trim(), amo),
    phone === undefined ? [] : byPhone(phone.trim()),
    email === undefined ? [] : byEmail(email.trim()),
    match_fields === undefined ? [] : byFields(match_fields, amo),
    query === undefined ? [] : byQuery(query.trim()),
  ]);
  refuseFaults(results.flat().filter((result) => 'message' in result));
  return results.flat().filter((result) => 'queries' in result);
}

async function byTelegramId(value: string, amo: Amo): Promise<Criterion | Fault> {
  const field = await findField(amo, ['telegram_id'], 'telegram_id');
  if ('message' in field) return field;
  // Where such values are not indexed, no scan will ever tell.
  const held = field.id === undefined || !isIndexed(field.type) ? [] : asHeld(field.id, value);
  const identities = [nameIn(field, value)];
  return { name: 'telegram_id', queries: [value], holds: holdsIn(field, value), held, identities };
}

function byPhone(value: string): Criterion {
  return { ...phoneSearch(value), held: asHeld(kinds.phone, value), identities: [channelNames.phone(value)] };
}

function byEmail(value: string): Criterion {
  return { ...emailSearch(value), held: asHeld(kinds.email, value), identities: [channelNames.email(value)] };
}

/** Of several fields amoCRM's search is asked for the longest value, which the fewest contacts hold. */
async function byFields(given: Readonly<Record<string, string>>, amo: Amo): Promise<(Criterion | Fault)[]> {
  const wanted = await Promise.all(Object.entries(given).map(([key, value]) => fieldWanted(amo, key, value.trim())));
  const faults = wanted.filter((one) => 'message' in one);
  const fields = wanted.filter((one) => 'field' in one).sort((a, b) => b.value.length - a.value.length);
  const [longest] = fields;
  const twins = fields.filter(({ field }, index) => fields.findIndex((one) => one.field.id === field.id) !== index);
  const twice = twins.map(({ path }) => ({ path, message: fieldMessages.givenTwice, code: invalid }));
  if (longest === undefined || faults.length > 0 || twins.length > 0) return [...faults, ...twice];
  const tests = fields.map(({ field, value }) => holdsIn(field, value));
  return [
    {
      name: 'match_fields',
      queries: [longest.value],
      holds: (contact) => tests.every((holds) => holds(contact)),
      held: fields.flatMap(({ field, value }) => (field.id === undefined ? [] : asHeld(field.id, value))),
      identities: fields.map(({ field, value }) => nameIn(field, value)),
    },
  ];
}

const invalid = 'INVALID_REQUEST' as const;

async function fieldWanted(amo: Amo, key: string, value: string) {
  const path = ['match_fields', key];
  const field = await findField(amo, path, key);
  if ('message' in field) return field;
  if (isIndexed(field.type)) return { path, field, value };
  return { path, message: whyNotMatched(field), code: 'INVALID_FIELD_VALUE' as const };
}

/** Phones and e-mails have criteria of their own, which know their spellings. */
function whyNotMatched(field: Field): Message {
  const { noMatching, phoneIsParam, emailIsParam } = fieldMessages;
  const channel = channelOf(field);
  if (channel === undefined) return noMatching(field.name, field.type);
  return channel === 'phone' ? phoneIsParam(field.name) : emailIsParam(field.name);
}

function byQuery(value: string): Criterion {
  return { name: 'query', queries: [value], held: [], identities: [`query ${value.toLowerCase()}`] };
}

/** Whether the field holds exactly this value. */
function holdsIn(field: Field, value: string): (contact: Entity) => boolean {
  return (contact) => textsOf(currentValues(field, contact.custom_fields_values)).includes(value);
}

const channelNames = {
  // A number may be stored with or without the country code; the last 10 digits are in both.
  phone: (value: string) => `phone ${phoneBucket(value)}`,
  email: (value: string) => `email ${emailKey(value)}`,
};

function nameIn({ id, code }: Field, value: string): string {
  return `field ${id ?? code} ${value}`;
}

/** The identities that a new contact can be found by later: all that a criterion may ask for. */
export function identitiesOf(encoded: readonly EncodedField[]): string[] {
  return encoded.flatMap(({ input, field, values }) => {
    const texts = textsOf(values ?? []);
    const channel = channelOf(field);
    if (channel !== undefined) return texts.map(channelNames[channel]);
    const names = [input.key, field.alias, field.code, field.name].map((name) => fold(name ?? ''));
    const isAskedFor = isIndexed(field.type) || names.includes('telegram_id');
    return isAskedFor ? texts.map((text) => nameIn(field, text)) : [];
  });
}

async function findField(amo: Amo, path: Path, key: string): Promise<Field | Fault> {
  try {
    const field = await findFieldOnce(amo, 'contacts', { key, path });
    amo.operation.resolved?.note(path, describeField(field));
    return field;
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { path, message: error.text, code: error.code };
  }
}
