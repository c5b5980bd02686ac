import Type from 'typebox';
import { accepts } from '../validation/accept.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { exactly, nullable, optional } from './draft.ts';

const Filled = Type.String({ minLength: 1 });
const moment = Type.Integer();

/** What each category tells of a request: https://www.amocrm.ru/developers/content/crm_platform/unsorted-api */
const METADATA = {
  forms: exactly({
    // Documented as text, sampled as a number.
    form_id: Type.Union([Filled, Type.Integer()]),
    form_name: Filled,
    form_page: Filled,
    form_sent_at: moment,
    ip: optional(Filled),
    referer: optional(Type.String()),
    form_type: optional(Type.Integer()),
    visitor_uid: optional(Type.String()),
  }),
  sip: exactly({
    from: optional(Filled),
    phone: Filled,
    call_responsible: Type.Optional(nullable(Type.Union([Type.String(), Type.Integer()]))),
    called_at: moment,
    duration: Type.Integer(),
    link: Type.String(),
    service_code: Filled,
    uniq: Filled,
    is_call_event_needed: optional(Type.Boolean()),
  }),
};
type Category = keyof typeof METADATA;

const acceptances = { forms: accepts(METADATA.forms), sip: accepts(METADATA.sip) };

/** Adds what is wrong with the metadata of a request of that category. */
export function checkMetadata(category: Category, sent: unknown, found: Violation[], at: string): void {
  acceptances[category](sent, found, at);
}

export function isCategory(value: unknown): value is Category {
  return typeof value === 'string' && Object.hasOwn(METADATA, value);
}

/** The metadata of leads/complex, which name their category inside. */
export function checkCategorised(sent: unknown, found: Violation[], at: string): void {
  const { category, ...rest } = typeof sent === 'object' && sent !== null ? { category: undefined, ...sent } : {};
  if (isCategory(category)) checkMetadata(category, rest, found, at);
  else found.push(violation(category === undefined ? 'FieldMissing' : 'NotSupportedChoice', `${at}.category`));
}
