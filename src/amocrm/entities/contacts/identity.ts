import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import { fold } from '../../../text/names.ts';
import { significantDigits } from '../../../text/phones.ts';
import type { Amo } from '../../amo.ts';
import type { EncodedField } from '../../fields/encode.ts';
import { describeField, type Field, FieldError } from '../../fields/field.ts';
import { currentValues } from '../../fields/merge.ts';
import { Contact, type Entity, listReader } from '../../shapes/entities.ts';
import { channelOf } from '../../shapes/field-ref.ts';
import { textsOf } from '../../shapes/held-values.ts';
import { remember } from '../references.ts';
import { emailSearch, findVerified, phoneSearch, type Search } from '../verified-search.ts';
import { contacts } from './collection.ts';
import { type ContactCriteria, type CriterionName, criteriaNames } from './params.ts';

const readContacts = listReader(Contact);

/** One criterion with a normalized value: equal for all spellings of the same phone, e-mail or id. */
export interface Criterion extends Search<CriterionName> {
  identity: string;
}

export interface Match {
  contact: Contact;
  /** Exact matches seen (for `query`: hits on the first page). */
  count: number;
  matchedBy: CriterionName;
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
    return { name: 'telegram_id', queries: [value], holds, identity: identities.telegram_id(value) };
  },
  async phone(value) {
    const search = phoneSearch(value);
    return 'message' in search ? search : { ...search, identity: identities.phone(value) };
  },
  email: async (value) => ({ ...emailSearch(value), identity: identities.email(value) }),
  query: async (value) => ({ name: 'query', queries: [value], identity: `query ${value.toLowerCase()}` }),
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

/** The contact that fits; see `findVerified`. */
export async function findMatch(amo: Amo, criteria: readonly Criterion[]): Promise<Match | undefined> {
  const hit = await findVerified(amo, { path: contacts.path, list: contacts.list, read: readContacts }, criteria);
  if (hit === undefined) return undefined;
  const { entity: contact, count, matchedBy } = hit;
  remember(amo, 'contacts', contact.id);
  return { contact, count, matchedBy };
}

async function findField(amo: Amo, key: CriterionName): Promise<Field | Fault> {
  try {
    const field = await amo.fields.find('contacts', key, amo.operation);
    amo.operation.resolved?.note([key], describeField(field));
    return field;
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { path: [key], message: error.message, code: error.code };
  }
}
