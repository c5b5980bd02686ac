import Type from 'typebox';
import { type Answer, hal, halWith, noContent, notFound, problem, Refused } from '../http/answer.ts';
import { one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import type { Webhook } from '../store/webhooks.ts';
import { accepts } from '../validation/accept.ts';
import { decodeOne } from '../validation/items.ts';
import type { Call } from './call.ts';
import { exactly, optional } from './draft.ts';

/** One object each, never a list: https://www.amocrm.ru/developers/content/crm_platform/webhooks-api */
export const webhookRoutes: Routes = { '/api/v4/webhooks': { GET: list, POST: subscribe, DELETE: unsubscribe } };

const MAX_WEBHOOKS = 100;
const PEOPLE = ['lead', 'contact', 'company', 'customer'];
const EVENTS = [
  ...['add', 'update', 'delete', 'responsible'].flatMap((verb) => [...PEOPLE, 'task'].map((what) => `${verb}_${what}`)),
  ...['lead', 'contact', 'company'].map((what) => `restore_${what}`),
  ...PEOPLE.map((what) => `note_${what}`),
  'status_lead',
  'add_talk',
  'update_talk',
  'add_chat_template_review',
  // Known from kommo.com alone.
  'add_message',
];

const destination = Type.String({ pattern: '^https?://[^\\s/]+' });
const acceptWebhook = accepts(
  exactly({
    destination,
    settings: Type.Array(Type.Enum(EVENTS), { minItems: 1 }),
    sort: optional(Type.Integer()),
    request_id: optional(Type.Union([Type.String(), Type.Integer()])),
  }),
);
const acceptAddress = accepts(exactly({ destination }));

function list(call: Call): Answer {
  const wanted = one(call.query, 'filter', 'destination');
  const all = [...call.store.webhooks.values()].filter((each) => wanted === undefined || each.destination === wanted);
  if (all.length === 0) return noContent();
  const webhooks = all.map((webhook) => ({ ...webhookView(webhook, call), settings: webhook.settings }));
  return hal({ _total_items: all.length, _embedded: { webhooks } });
}

/** An address that is known already gets the new settings in place of its old ones. */
function subscribe(call: Call): Answer {
  const { store, userId } = call;
  const [sent] = decodeOne(call.body, (item, found) => acceptWebhook(item, found));
  if (sent === undefined) throw new Error('a valid webhook is one');
  const now = store.now();
  const known = [...store.webhooks.values()].find((each) => each.destination === sent.destination);
  if (known === undefined && store.webhooks.size >= MAX_WEBHOOKS) {
    throw new Refused(problem(422, `Limit ${MAX_WEBHOOKS} webhooks per account`));
  }
  const made = known ?? { id: store.nextId(), created_by: userId, created_at: now, sort: store.webhooks.size + 1 };
  const { request_id, ...given } = sent;
  const webhook: Webhook = { ...made, updated_at: now, ...given, settings: [...new Set(sent.settings)] };
  store.webhooks.set(webhook.id, webhook);
  // Seen: the answer to POST has an object where the list has an array.
  const settings = Object.fromEntries(webhook.settings.map((name) => [name, 1]));
  return halWith(201, { ...webhookView(webhook, call), settings }, [webhook.id]);
}

function unsubscribe(call: Call): Answer {
  const [sent] = decodeOne(call.body, (item, found) => acceptAddress(item, found));
  const known = [...call.store.webhooks.values()].find((each) => each.destination === sent?.destination);
  if (known === undefined) throw notFound('Webhook not found');
  call.store.webhooks.delete(known.id);
  return noContent();
}

function webhookView({ settings, ...own }: Webhook, call: Call) {
  return { ...own, account_id: call.store.account.id, disabled: false };
}
