import { offset } from '../fields/dates.ts';
import { type Answer, hal } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import { TASK_TYPES } from '../store/task-types.ts';
import { type Call, link } from './call.ts';
import { withParts } from './entity-view.ts';

export const accountRoutes: Routes = { '/api/v4/account': { GET: getAccount } };

type Part = (call: Call) => unknown;

/** Parts that `with` adds beside the account's own keys, and below `_embedded`. */
const PARTS: Record<string, Part> = {
  amojo_id: () => 'f0e1d2c3-0000-4000-8000-5a4db0c5a4db',
  uuid: () => '5a4db0c5-0000-4000-8000-a4db0c5a4db0',
  version: () => 16,
  drive_url: () => 'https://drive-b.amocrm.ru',
  invoices_settings: () => ({ lang: 'ru', invoices_catalog_id: 5501 }),
  is_api_filter_enabled: ({ settings }) => settings.filterAddon,
  entity_names: () => ({
    leads: {
      ru: { gender: 'f', plural_form: { default: 'сделки' }, singular_form: { default: 'сделка' } },
    },
  }),
};
const EMBEDDED_PARTS: Record<string, Part> = {
  amojo_rights: () => ({ can_direct: true, can_create_groups: true }),
  users_groups: () => [{ id: 0, name: 'Отдел продаж', uuid: null }],
  task_types: () => TASK_TYPES,
  datetime_settings: datetimeSettings,
};

const CUSTOMERS_MODES = {
  on: 'segments',
  off: 'disabled',
  unavailable: 'unavailable',
  unpaid: 'unavailable',
};

function getAccount(call: Call): Answer {
  const { account } = call.store;
  const embedded = pick(EMBEDDED_PARTS, call);
  return hal({
    id: account.id,
    name: account.name,
    subdomain: account.subdomain,
    created_at: account.created_at,
    created_by: 0,
    updated_at: account.created_at,
    updated_by: 0,
    current_user_id: call.userId,
    country: 'RU',
    currency: 'RUB',
    currency_symbol: '₽',
    customers_mode: CUSTOMERS_MODES[call.settings.customers],
    is_unsorted_on: true,
    mobile_feature_version: 0,
    is_loss_reason_enabled: true,
    is_helpbot_enabled: false,
    is_technical_account: false,
    contact_name_display_order: 1,
    ...pick(PARTS, call),
    _links: link(call, 'account'),
    ...(Object.keys(embedded).length > 0 && { _embedded: embedded }),
  });
}

function pick(parts: Record<string, Part>, call: Call): Record<string, unknown> {
  const wanted = withParts(call);
  const chosen = Object.entries(parts).filter(([name]) => wanted.has(name));
  return Object.fromEntries(chosen.map(([name, part]) => [name, part(call)]));
}

function datetimeSettings({ store }: Call) {
  const { timezone } = store.account;
  const hours = offset(store.now(), timezone) / 3600;
  return {
    date_pattern: 'd.m.Y H:i',
    short_date_pattern: 'd.m.Y',
    short_time_pattern: 'H:i',
    date_format: 'd.m.Y', // the documentation's `date_formant` is a slip of the pen
    time_format: 'H:i:s',
    timezone,
    timezone_offset: `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`,
  };
}
