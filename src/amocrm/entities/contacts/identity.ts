import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import { fold } from '../../../text/names.ts';
import { significantDigits } from '../../../text/phones.ts';
import type { Amo } from '../../amo.ts';
import type { HeldValue } from '../../contact-directory/contact-index.ts';
import { asHeld, kinds } from '../../contact-directory/held.ts';
import type { EncodedField } from '../../fields/encode.ts';
import { describeField, type Field, FieldError } from '../../fields/field.ts';
import { findFieldOnce } from '../../fields/kept-fields.ts';
import { currentValues } from '../../fields/merge.ts';
import type { Entity } from '../../shapes/entities.ts';
import { channelOf } from '../../shapes/field-ref.ts';
import { textsOf } from '../../shapes/held-values.ts';
import { emailSearch, phoneSearch, type Search } from '../verified-search.ts';
import { type ContactCriteria, type CriterionName, criteriaNames } from './params.ts';

/** One criterion with a normalized value: equal for all spellings of the same phone, e-mail or id. */
export interface Criterion extends Search<CriterionName> {
  identity: string;
  /** What the contact directory is asked for; none where it knows of no such values. */
  held: readonly HeldValue[];
}

/** The criteria given, in the order in which they are tried. Throws INVALID_REQUEST and UNKNOWN_FIELD. */
export async function readCriteria(amo: Amo, criteria: ContactCriteria): Promise<Criterion[]> {
  const given = criteriaNames.flatMap((name) => {
    const value = criteria[name];
    return value === undefined ? [] : [{ name, value: value.trim() }];
  });
  const results = await Promise.all(given.map(({ name, value }) => makers[name](value, amo)));
  refuseFaults(results.filter((result) => 'message' in result));
  return results.filter((result) => 'queries' in result);
}

type MakeCriterion = (value: string, amo: Amo) => Promise<Criterion | Fault>;

const makers: Record<CriterionName, MakeCriterion> = {
  async telegram_id(value, amo) {
    const field = await findField(amo, 'telegram_id');
    if ('message' in field) return field;
    const holds = (contact: Entity) => textsOf(currentValues(field, contact.custom_fields_values)).includes(value);
    const held = field.id === undefined ? [] : asHeld(field.id, value);
    return { name: 'telegram_id', queries: [value], holds, held, identity: identities.telegram_id(value) };
  },
  async phone(value) {
    const search = phoneSearch(value);
    const held = asHeld(kinds.phone, value);
    return 'message' in search ? search : { ...search, held, identity: identities.phone(value) };
  },
  email: async (value) => ({
    ...emailSearch(value),
    held: asHeld(kinds.email, value),
    identity: identities.email(value),
  }),
  query: async (value) => ({ name: 'query', queries: [value], held: [], identity: `query ${value.toLowerCase()}` }),
};

const identities = {
  telegram_id: (value: string) => `telegram_id ${value.trim()}`,
  // A number may be stored with or without the country code; the last 10 digits are in both.
  phone: (value: string) => `phone ${significantDigits(value).slice(-10)}`,
  email: (value: string) => `email ${value.trim().toLowerCase()}`,
};

/** The identities by which a new contact can be found later: its phones, e-mails and Telegram id. */
export function identitiesOf(encoded: readonly EncodedField[]): string[] {
  return encoded.flatMap(({ input, field, values }) => {
    const names = new Set([input.key, field.alias, field.code, field.name].map((name) => fold(name ?? '')));
    const name = names.has('telegram_id') ? 'telegram_id' : channelOf(field);
    return name === undefined ? [] : textsOf(values ?? []).map(identities[name]);
  });
}

async function findField(amo: Amo, key: CriterionName): Promise<Field | Fault> {
  try {
    const field = await findFieldOnce(amo, 'contacts', { key, path: [key] });
    amo.operation.resolved?.note([key], describeField(field));
    return field;
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { path: [key], message: error.message, code: error.code };
  }
}
