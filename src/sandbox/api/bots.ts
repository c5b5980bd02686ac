import Type from 'typebox';
import { type Answer, notFound, page } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { BotTarget } from '../store/bots.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, idAt } from './call.ts';
import { exactly } from './draft.ts';

/**
 * One run by the bot's path (https://developers.kommo.com/reference/launch-a-salesbot), or several by the older method
 * (https://developers.kommo.com/reference/launch-salesbot). amoCRM only takes the order: no answer and no list tells what
 * has become of it.
 */
export const botRoutes: Routes = {
  '/api/v4/bots/:id/run': { POST: runOne },
  '/api/v2/salesbot/run': { POST: runSeveral },
};

const MAX_RUNS = 100;
const acceptRun = accepts(exactly({ entity_id: Type.Integer(), entity_type: Type.Enum(['leads', 'contacts']) }));

const OLD_TYPES: Record<string, BotTarget> = { 1: 'contacts', 2: 'leads', contacts: 'contacts', leads: 'leads' };
const acceptOldRun = accepts(
  exactly({
    bot_id: Type.Integer(),
    entity_id: Type.Integer(),
    entity_type: Type.Enum([1, 2, ...Object.keys(OLD_TYPES)]),
  }),
);

interface Run {
  bot: number;
  kind: BotTarget;
  id: number;
}

function runOne(call: Call): Answer {
  const bot = idAt(call, 0);
  const runs = decodeOne(call.body, (item, found) => {
    const sent = acceptRun(item, found);
    return sent && known(call, { bot, kind: sent.entity_type, id: sent.entity_id }, found);
  });
  return start(call, runs);
}

function runSeveral(call: Call): Answer {
  const decode = (item: Record<string, unknown>, found: Violation[]) => {
    const sent = acceptOldRun(item, found);
    const kind = OLD_TYPES[String(sent?.entity_type)];
    return sent && kind && known(call, { bot: sent.bot_id, kind, id: sent.entity_id }, found);
  };
  return start(call, decodeItems(call.body, decode, MAX_RUNS));
}

/** What is said of an entity that is not there is not documented. */
function known({ store }: Call, run: Run, found: Violation[]): Run {
  if (store.live(run.kind, run.id) === undefined) found.push(violation('NotSupportedChoice', 'entity_id'));
  return run;
}

function start({ store }: Call, runs: readonly Run[]): Answer {
  const orders = runs.map(({ bot, ...target }) => ({ bot: store.bots.get(bot), target }));
  if (orders.some(({ bot }) => bot === undefined)) throw notFound('Bot not found');
  for (const { bot, target } of orders) bot?.runs.push(target);
  return page(202, '');
}
