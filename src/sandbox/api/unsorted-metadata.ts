import Type from 'typebox';
import { isObject } from '../http/read-body.ts';
import type { Category } from '../store/unsorted.ts';
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

const acceptances = { forms: accepts(METADATA.forms), sip: accepts(METADATA.sip) };

/** The metadata of a request of that category. */
export function decodeMetadata(category: Category, sent: unknown, found: Violation[], at: string) {
  const metadata = acceptances[category](sent, found, at);
  return metadata && { category, metadata };
}

/** The metadata of leads/complex, which name their category inside. */
export function decodeCategorised(sent: unknown, found: Violation[], at: string) {
  const { category, ...rest } = isObject(sent) ? sent : {};
  if (isCategory(category)) return decodeMetadata(category, rest, found, at);
  found.push(violation(category === undefined ? 'FieldMissing' : 'NotSupportedChoice', `${at}.category`));
  return undefined;
}

function isCategory(value: unknown): value is Category {
  return typeof value === 'string' && Object.hasOwn(METADATA, value);
}
