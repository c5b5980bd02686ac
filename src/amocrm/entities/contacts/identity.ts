import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import { fold } from '../../../text/names.ts';
import { isSamePhone, phoneQueries, significantDigits } from '../../../text/phones.ts';
import type { Amo } from '../../amo.ts';
import type { EncodedField } from '../../fields/encode.ts';
import { describeField, type Field, FieldError } from '../../fields/field.ts';
import { currentValues } from '../../fields/merge.ts';
import { readPages } from '../../reads/pages.ts';
import { Contact, type FieldValue, listReader } from '../../shapes/entities.ts';
import { type Channel, channelOf, refOf } from '../../shapes/field-ref.ts';
import { remember } from '../references.ts';
import { contacts } from './collection.ts';
import { type ContactCriteria, type CriterionName, criteriaNames } from './params.ts';

const readContacts = listReader(Contact);

/** One criterion: what to search for, and what a hit must really hold. */
export interface Criterion {
  name: CriterionName;
  /** Search texts, tried in this order. */
  queries: readonly string[];
  /** Whether the contact holds the value; absent for `query`, whose first hit counts as it is. */
  holds?: (contact: Contact) => boolean;
  /** A normalized value: equal for all spellings of the same phone, e-mail or id. */
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
    const holds = (contact: Contact) => textsOf(currentValues(field, contact.custom_fields_values)).includes(value);
    return { name: 'telegram_id', queries: [value], holds, identity: identities.telegram_id(value) };
  },
  async phone(value) {
    if (significantDigits(value) === '') return { path: ['phone'], message: 'has no digits', code: 'INVALID_REQUEST' };
    const holds = (contact: Contact) => valuesOf(contact, 'phone').some((phone) => isSamePhone(phone, value));
    return { name: 'phone', queries: phoneQueries(value), holds, identity: identities.phone(value) };
  },
  async email(value) {
    const folded = value.toLowerCase();
    const holds = (contact: Contact) => valuesOf(contact, 'email').some((email) => email.toLowerCase() === folded);
    return { name: 'email', queries: [value], holds, identity: identities.email(value) };
  },
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

/**
 * The contact found by the first criterion that finds one; undefined only after all pages of all searches have been
 * read. Errors: those of reads.
 */
export async function findVerified(amo: Amo, criteria: readonly Criterion[]): Promise<Match | undefined> {
  for (const criterion of criteria) {
    for (const query of criterion.queries) {
      const match = await searchVerified(amo, criterion, query);
      if (match === undefined) continue;
      remember(amo, 'contacts', match.contact.id);
      return match;
    }
  }
  return undefined;
}

async function searchVerified(amo: Amo, { name, holds }: Criterion, query: string): Promise<Match | undefined> {
  const pages = readPages(
    amo.gate.read,
    'contacts',
    [
      ['query', query],
      ['limit', '250'],
      // In amoCRM's default order a contact that is changed meanwhile moves to the last page, and others move to a page
      // that was already read.
      ...(holds === undefined ? [] : [['order[id]', 'asc'] as const]),
    ],
    amo.operation,
  );
  for await (const page of pages) {
    const alive = readContacts(page, contacts.list).filter(({ is_deleted }) => is_deleted !== true);
    const exact = holds === undefined ? alive : alive.filter(holds).sort((a, b) => a.id - b.id);
    const [contact] = exact;
    if (contact !== undefined) return { contact, count: exact.length, matchedBy: name };
  }
  return undefined;
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

/** The phones or e-mails that a contact holds. */
export function valuesOf(contact: Contact, channel: Channel): string[] {
  const fields = (contact.custom_fields_values ?? []).filter((field) => channelOf(refOf(field)) === channel);
  return fields.flatMap(({ values }) => textsOf(values));
}

function textsOf(values: readonly FieldValue[] = []): string[] {
  return values.map(({ value }) => String(value).trim());
}
