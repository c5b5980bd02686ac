import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Scope } from '../config/api-keys.ts';
import { accessMessages } from '../messages/access.ts';
import type { Message } from '../messages/message.ts';
import { Problem } from '../problems/problem.ts';
import { type Asked, askedWith } from './asked.ts';
import type { Callers } from './callers.ts';
import type { Holder } from './key-ring.ts';
import type { Asker } from './passed.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key's owner; `anonymous` without configured keys, '' where no valid key was sent. */
    caller: string;
    scope: Scope;
    /** Ids of the accounts that the key is for; null: all of them. */
    accounts: readonly string[] | null;
    /** Which accounts it is meant for, where they come and go. */
    asked: Asked;
  }
  interface FastifyContextConfig {
    /** Whether the route answers without an API key. */
    open?: boolean;
    /** Whether its body may show the key instead of a header: it asks for one by `showKey`. */
    takesKeyInBody?: boolean;
    /** What a POST does to amoCRM; `body`: what its body asks for (see `refuseToWrite`). Absent: it writes. */
    effects?: 'reads' | 'writes' | 'body';
    /** Whether a body, as it came, certainly asks for nothing that writes; with `body`. */
    onlyReads?: (body: unknown) => boolean;
    /** Whether it manages accounts and keys: for those who have a key of ADMIN_KEYS, and nobody else. */
    isAdmin?: boolean;
  }
}

const metricsRoute = '/metrics';

export interface AuthOptions {
  callers: Callers;
  /** Whether accounts are managed by HTTP. */
  isManaged: boolean;
  /** How many deletions of accounts are known of. */
  deletionsSeen(): number;
  /** Who asks, of a request that another replica has passed on. Throws UNAUTHORIZED where none vouches for it. */
  vouchedFor?: ((request: FastifyRequest) => Asker | undefined) | undefined;
}

/** Requires an API key with the right scope for every route that is not declared open, unknown routes too. */
export const auth = fp(
  async (app: FastifyInstance, options: AuthOptions) => {
    app.decorateRequest('caller', '');
    app.decorateRequest('scope', 'all');
    app.decorateRequest('accounts', null);
    app.decorateRequest('asked');
    app.addHook('onRequest', async (request, reply) => {
      const { callers, isManaged, deletionsSeen } = options;
      const came = { deletionsSeen: deletionsSeen(), at: performance.now() };
      request.asked = askedWith({ ...came, by: 'unbound' });
      const vouched = options.vouchedFor?.(request);
      if (vouched !== undefined) {
        const { deletionsSeen: seen, ...asker } = vouched;
        Object.assign(request, asker);
        // An earlier release says nothing of it, and would not know what is told to those that do.
        request.asked =
          seen === undefined ? { ...came, by: 'unbound' } : { ...came, deletionsSeen: seen, by: 'passed' };
        refuseUnmanaged(request, isManaged);
        refuseBeyondScope(request);
        return;
      }
      if (callers.isEmpty()) {
        request.caller = 'anonymous';
        refuseUnmanaged(request, isManaged);
        return;
      }
      const presented = presentedKey(request);
      const holder = presented === undefined ? undefined : await callers.find(presented);
      const { open, takesKeyInBody } = request.routeOptions.config;
      const isOpen = open === true || takesKeyInBody === true;
      // A key for `/metrics` opens nothing else, and elsewhere its owner is not recorded.
      if (isOpen && (holder === undefined || holder.scope === 'metrics')) return;
      admit(request, reply, { presented, holder, isManaged });
    });
  },
  { name: 'auth', fastify: '5.x', dependencies: ['problems', 'request-log', 'dry-run'] },
);

/** Asks for a key, in a header or, as the form of a page sends it, in the body. Throws UNAUTHORIZED and KEY_NOT_ALLOWED. */
export async function showKey(
  request: FastifyRequest,
  reply: FastifyReply,
  { key, callers, isManaged }: Pick<AuthOptions, 'callers' | 'isManaged'> & { key: string | undefined },
): Promise<void> {
  if (callers.isEmpty() || (key === undefined && request.caller !== '')) return;
  const holder = key === undefined ? undefined : await callers.find(key);
  admit(request, reply, { presented: key, holder, isManaged, isTyped: true });
}

interface Shown {
  presented: string | undefined;
  holder: Holder | undefined;
  isManaged: boolean;
  /** Whether a person types it into a page. */
  isTyped?: boolean;
}

function admit(request: FastifyRequest, reply: FastifyReply, shown: Shown): void {
  const { holder, isManaged } = shown;
  if (holder === undefined) {
    // Not available any more at the end of the request.
    request.stranger = request.socket.remoteAddress;
    reply.header('www-authenticate', 'Bearer realm="amocrm-steps"');
    throw new Problem('UNAUTHORIZED', whyStrange(shown));
  }
  const { deletionsSeen, ...rest } = holder;
  Object.assign(request, rest);
  if (deletionsSeen !== undefined) request.asked = askedWith({ ...request.asked, deletionsSeen, by: 'bound' });
  refuseUnmanaged(request, isManaged);
  refuseBeyondScope(request);
}

function whyStrange({ presented, isManaged, isTyped = false }: Shown): Message {
  if (presented === undefined) return accessMessages.howToSendKey;
  if (isTyped) return isManaged ? accessMessages.typedManagedKey : accessMessages.typedKey;
  return isManaged ? accessMessages.unknownManagedKey : accessMessages.unknownKey;
}

/** For routes whose body decides whether they write: throws where the key may only read and the body would write. */
export function refuseToWrite({ scope, isDryRun }: FastifyRequest, what: string): void {
  if (scope === 'read' && !isDryRun) throw new Problem('KEY_NOT_ALLOWED', accessMessages.stepMayOnlyRead(what));
}

function refuseBeyondScope(request: FastifyRequest): void {
  const { scope, accounts, method, is404, isDryRun, routeOptions } = request;
  const { url, config } = routeOptions;
  if (scope === 'metrics' && url !== metricsRoute) {
    throw new Problem('KEY_NOT_ALLOWED', accessMessages.metricsOnly(metricsRoute));
  }
  if (scope !== 'admin' && accounts !== null && url === metricsRoute) {
    throw new Problem('KEY_NOT_ALLOWED', accessMessages.notOfAllAccounts);
  }
  if (scope === 'admin' && config.inAccount === true) {
    throw new Problem('KEY_NOT_ALLOWED', accessMessages.adminOutside);
  }
  if (scope !== 'admin' && config.isAdmin === true) {
    throw new Problem('KEY_NOT_ALLOWED', accessMessages.adminOnly);
  }
  const isReading = is404 || method === 'GET' || method === 'HEAD' || isDryRun;
  if (scope === 'read' && !isReading && (config.effects ?? 'writes') === 'writes') {
    throw new Problem('KEY_NOT_ALLOWED', accessMessages.mayOnlyRead);
  }
}

function refuseUnmanaged({ routeOptions: { config } }: FastifyRequest, isManaged: boolean): void {
  if (config.isAdmin !== true || isManaged) return;
  throw new Problem('NOT_FOUND', accessMessages.notManaged);
}

function presentedKey(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}
