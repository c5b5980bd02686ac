import Type, { type TProperties } from 'typebox';
import { accepts } from '../validation/accept.ts';
import { exactly, nullable, optional } from './draft.ts';

const text = Type.String();
export const callParams = {
  duration: Type.Integer(),
  source: text,
  phone: text,
  uniq: optional(text),
  link: optional(text),
  call_result: optional(text),
  call_status: optional(Type.Enum([1, 2, 3, 4, 5, 6, 7])),
  call_responsible: optional(Type.Union([Type.Integer(), Type.String()])),
};
const service = { service: text, text };
const paid = { ...service, icon_url: optional(nullable(text)) };
const targeting = {
  contacts: optional(nullable(Type.Array(Type.Unknown()))),
  campaign: optional(nullable(Type.Array(Type.Unknown()))),
  service: Type.Enum(['facebook', 'vkontakte', 'mailchimp', 'adwords']),
};
const sms = { text, phone: text };

/**
 * The note types that can be made through the API, with their params:
 * https://www.amocrm.ru/developers/content/crm_platform/events-and-notes
 */
const PARAMS: Record<string, TProperties> = {
  common: { text },
  call_in: callParams,
  call_out: callParams,
  service_message: service,
  extended_service_message: service,
  message_cashier: { status: Type.Enum(['created', 'shown', 'canceled']), text },
  geolocation: { text, address: text, longitude: text, latitude: text },
  sms_in: sms,
  sms_out: sms,
  // These four are not documented; the official SDK makes them.
  invoice_paid: paid,
  bill_paid: paid,
  targeting_in: targeting,
  targeting_out: targeting,
  attachment: { file_uuid: text, file_name: text, version_uuid: optional(text) },
};

export const NOTE_TYPES = Object.keys(PARAMS);

export const acceptParams = Object.fromEntries(
  Object.entries(PARAMS).map(([type, params]) => [type, accepts(exactly(params))]),
);

/** How params read back. */
export function readParams(type: string, params: Record<string, unknown>): Record<string, unknown> {
  if (type !== 'attachment') return params;
  return { is_drive_attachment: true, text: '', original_name: params.file_name, ...params };
}
