import { Type } from 'typebox';
import { listReader } from '../amocrm/shapes/entities.ts';
import { webhookWords } from '../messages/doctor-account.ts';
import { cut } from '../text/names.ts';
import { type Finding, ok, warn } from './check.ts';

const readWebhooks = listReader(Type.Object({ destination: Type.String(), disabled: Type.Optional(Type.Boolean()) }));
const shown = 5;

/** Whether amoCRM has switched webhooks off. `page`: its answer to `GET /api/v4/webhooks`; undefined is "none". */
export function checkWebhooks(page: unknown): Finding {
  const webhooks = page === undefined ? [] : readWebhooks(page, 'webhooks');
  const off = webhooks.filter(({ disabled }) => disabled === true);
  if (off.length === 0) return ok(webhookWords.on(webhooks.length));
  const places = off.slice(0, shown).map(({ destination }) => placeOf(destination));
  return warn(webhookWords.off(off.length, places.join(', ')), webhookWords.switchOn);
}

/** Without what may be secret in it. */
function placeOf(destination: string): string {
  return URL.canParse(destination) ? cut(new URL(destination).origin) : '?';
}
