import { Registry } from '@prometheus-io/client';
import Fastify, { type FastifyInstance } from 'fastify';
import { openAccounts } from '../accounts/open-accounts.ts';
import { systemClock as clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { examine } from '../doctor/examine.ts';
import { type Examined, examineAll } from '../doctor/examine-all.ts';
import { ofItself } from '../http/asked.ts';
import { createShutdown } from '../http/shutdown.ts';
import { accessMessages } from '../messages/access.ts';
import { Problem } from '../problems/problem.ts';
import { DatabaseFault } from '../store/database-fault.ts';

/** Milliseconds before the first call: those of a process that has just ended still count. */
const restMs = 1_250;

/** Looks as a service would at its start, without one that runs. */
export async function lookAlone(config: Config): Promise<Examined> {
  // Never made ready: no job is carried out and no token renewed but for what is asked here.
  const app = Fastify({ logger: false });
  // The service's timers keep no process alive: its sockets do.
  const alive = setInterval(() => {}, 60_000);
  try {
    return await examineHere(app, config);
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    return examineWithout(error, config);
  } finally {
    clearInterval(alive);
    await app.close();
  }
}

async function examineHere(app: FastifyInstance, config: Config): Promise<Examined> {
  const shutdown = createShutdown();
  const shared = { config, clock, registry: new Registry(), lockWaitMs: 0, restMs, shutdown };
  const { only, admin, use, askDatabase, inspect } = await openAccounts(app, shared);
  const ids = only === undefined ? (await admin.list()).map(({ record }) => record.id) : [only];
  const deadlineMs = config.amo.timeoutMs * 3;
  return examineAll({
    ids,
    namesAccounts: only === undefined,
    async examine(id) {
      const used = await use(id, ofItself);
      if (used === undefined) throw new Problem('ACCOUNT_NOT_FOUND', accessMessages.accountGone(id));
      return examine(used.account.patient, { clock, deadlineMs, shutdown: shutdown.signal }).finally(used.end);
    },
    database: await askDatabase(),
    inspect,
    strays: config.strays,
    clock,
  });
}

function examineWithout({ place, kind }: DatabaseFault, { strays }: Config): Promise<Examined> {
  const nothing = { ids: [], namesAccounts: false, examine: async () => [], inspect: undefined };
  return examineAll({ ...nothing, database: { place, fault: kind }, strays, clock });
}
