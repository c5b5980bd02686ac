import { rightMessages } from '../../messages/amocrm.ts';
import type { Message } from '../../messages/message.ts';
import type { CallFacts } from '../client/call-facts.ts';

/** Words of amoCRM's paths. Whatever else stands in a path is an id, a code or a name. */
const words = new Set([
  ...['api', 'v1.0', 'v2', 'v4', 'oauth2', 'access_token', 'account', 'users', 'roles', 'events', 'types', 'sources'],
  ...['contacts', 'leads', 'companies', 'customers', 'notes', 'tasks', 'calls', 'tags', 'complex', 'files', 'bots'],
  ...['custom_fields', 'groups', 'pipelines', 'statuses', 'loss_reasons', 'segments', 'transactions', 'bonus_points'],
  ...['catalogs', 'elements', 'links', 'link', 'unlink', 'unsorted', 'forms', 'sip', 'summary', 'accept', 'decline'],
  ...['webhooks', 'widgets', 'salesbot', 'run', 'short_links', 'sessions', 'upload'],
]);

/** Rights beyond a token, by what is asked; the first that fits counts. Source: developers' reference, scopes. */
const rights: readonly (readonly [asked: RegExp, right: Message])[] = [
  [/^\w+ \/api\/v4\/(users|roles)\b/, rightMessages.administratorOfOwn],
  [/^(?!GET)\w+ .*\/(leads\/pipelines|widgets|custom_fields)\b/, rightMessages.administrator],
  [/^\w+ \/api\/v4\/webhooks\b/, rightMessages.administrator],
  [/\/files$|\/v1\.0\//, rightMessages.files],
  [/^\w+ \/api\/v4\/catalogs\b/, rightMessages.lists],
];

/** What amoCRM's documentation says of a call, by its method and path. */
export function factsOf({ method, path }: { method: string; path: string }): CallFacts {
  const parts = path.split('/').map((part) => (part === '' || words.has(part) ? part : '{id}'));
  const shape = parts.join('/');
  const right = rights.find(([asked]) => asked.test(`${method} ${shape}`))?.[1];
  return {
    shape,
    ...(right === undefined ? {} : { right }),
    ...(/^\/api\/v4\/customers\b/.test(shape) ? { feature: rightMessages.customers } : {}),
  };
}
