import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { Clock } from '../clock.ts';
import { judgeCallbackUrl } from '../config/addresses.ts';
import { speak } from '../http/language.ts';
import {
  type CallbackBody,
  type CallbackParams,
  callbackOperation,
  callbackSchemas,
} from '../http/reference/callback-operations.ts';
import type { Callback, CallbackStore } from '../jobs/callbacks/callback-store.ts';
import type { Callbacks } from '../jobs/callbacks/callbacks.ts';
import { newSecret } from '../jobs/callbacks/secret.ts';
import { callbackMessages } from '../messages/jobs.ts';
import type { Message } from '../messages/message.ts';
import { Problem, problemOfFaults } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';

export interface CallbackRoutesOptions {
  store: Pick<CallbackStore, 'find' | 'put' | 'remove'>;
  wake: Callbacks['wake'];
  /** The names that keys have. */
  callers(): Promise<string[]>;
  /** Host names that may have addresses that are not public. */
  hosts: readonly string[];
  clock: Pick<Clock, 'wall' | 'second'>;
}

const address = '/callers/:name/callback';
/** Seconds for which the secret before the last one signs too. */
const oldSecretSeconds = 86_400;

/**
 * The routes that manage where callers are told of the ends of their jobs. A secret is shown once, by the put that
 * makes it.
 */
export const callbackRoutes = fp(
  async (app: FastifyInstance, { store, wake, callers, hosts, clock }: CallbackRoutesOptions) => {
    const config = (name: Parameters<typeof callbackOperation>[0]) => ({
      isAdmin: true,
      document: () => callbackOperation(name),
    });
    const { params, body } = callbackSchemas;

    async function find(caller: string): Promise<Callback> {
      const callback = await orOverloaded(store.find(caller));
      if (callback === undefined) throw new Problem('NOT_FOUND', callbackMessages.none(cut(caller)));
      return callback;
    }

    app.get<{ Params: CallbackParams }>(
      address,
      { config: config('get'), schema: { params } },
      async ({ params: { name } }) => documentOf(await find(name), clock.wall()),
    );

    app.put<{ Params: CallbackParams; Body: CallbackBody }>(
      address,
      { config: config('put'), schema: { params, body } },
      async (request, reply) => {
        const {
          params: { name: caller },
          body: { url },
        } = request;
        const judged = judgeCallbackUrl(url, hosts);
        if ('fault' in judged) {
          throw problemOfFaults([{ path: ['url'], message: judged.fault, code: 'INVALID_REQUEST' }]);
        }
        const now = clock.wall();
        const secret = newSecret();
        const fresh = { caller, url: judged.url, secret, changedAt: now };
        const wasThere = await orOverloaded(store.put(fresh, now + oldSecretSeconds * clock.second));
        wake(caller);
        const { caller: name, ...rest } = documentOf(await find(caller), now);
        const warning = warnOf(caller, await orOverloaded(callers()));
        const warned = warning === undefined ? {} : { warnings: [warning[speak(request, reply)]] };
        return reply.code(wasThere ? 200 : 201).send({ caller: name, secret, ...rest, ...warned });
      },
    );

    app.delete<{ Params: CallbackParams }>(
      address,
      { config: config('remove'), schema: { params } },
      async ({ params: { name } }, reply) => {
        if (!(await orOverloaded(store.remove(name)))) throw new Problem('NOT_FOUND', callbackMessages.none(cut(name)));
        wake(name);
        return reply.code(204).send();
      },
    );
  },
  { name: 'callback-routes', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

/** Where the name was probably misspelt: a callback may well come before the first key. */
function warnOf(caller: string, names: readonly string[]): Message | undefined {
  if (names.includes(caller)) return undefined;
  const [near] = nearest(caller, names);
  const { noKey, noKeyNear } = callbackMessages;
  return near === undefined ? noKey(cut(caller)) : noKeyNear(cut(caller), near);
}

function orOverloaded<T>(stored: Promise<T>): Promise<T> {
  return stored.catch((cause: unknown) => {
    throw new Problem('OVERLOADED', callbackMessages.storeUnusable, { cause });
  });
}

function documentOf({ caller, url, old, changedAt, offAt }: Callback, now: number) {
  return {
    caller,
    url,
    status: offAt === undefined ? 'on' : 'off',
    changed_at: dateOf(changedAt),
    switched_off_at: offAt === undefined ? null : dateOf(offAt),
    old_secret_until: old === undefined || old.until <= now ? null : dateOf(old.until),
  };
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
