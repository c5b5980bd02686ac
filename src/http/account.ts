import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { AmoService } from '../amocrm/amo.ts';
import type { Patient } from '../doctor/patient.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';
import { accessMessages } from '../messages/access.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { documentAccount } from './reference/account-header.ts';

/** An account of amoCRM as requests are served in it. */
export interface Account {
  id: string;
  amo: AmoService;
  journal: Journal;
  jobs: Jobs;
  patient: Patient;
  /** How a person gives access; undefined where there is a long-lived token. */
  consent: Consent | undefined;
}

/** The access of an OAuth integration to an account, which a person gives in a browser. */
export interface Consent {
  /** Origin of the account. */
  baseUrl: string;
  clientId: string;
  redirectUri: string;
  /** Exchanges the code for tokens. Rejects with a Problem. */
  take(code: string): Promise<void>;
  /** For how long what was seen of the account still holds: since access was given last, milliseconds. */
  ageMs(): number;
}

/** An account that stays open until its use ends. */
export interface Use {
  account: Account;
  end(): void;
}

/** The accounts of the service. */
export interface Accounts {
  /** The id of the one account of the settings; undefined where they are managed by HTTP. */
  only: string | undefined;
  /** Undefined where there is none. Throws ACCOUNT_DISABLED. */
  use(id: string): Use | Promise<Use | undefined>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The account that the request is for, while it lasts; see `accountOf`. */
    use: Use | undefined;
  }
  interface FastifyContextConfig {
    /** Whether the route belongs to an account, which the key or the header Amocrm-Account names. */
    inAccount?: boolean;
  }
}

export const accountHeader = 'amocrm-account';

/** Gives each request of a route in an account its account. Register it after auth, which tells what the key is for. */
export const accounts = fp(
  async (app: FastifyInstance, { only, use }: Accounts) => {
    app.decorateRequest('use');
    app.addHook('onRoute', documentAccount);
    app.addHook('onRequest', async (request, reply) => {
      if (request.is404 || request.routeOptions.config.inAccount !== true) return;
      const id = nameAccount(request, only);
      if (id === undefined) throw new Problem('INVALID_REQUEST', accessMessages.nameAccount);
      const used = isAllowed(request, id) ? await use(id) : undefined;
      if (used === undefined) throw new Problem('ACCOUNT_NOT_FOUND', accessMessages.unknownAccount);
      // Its caller may have hung up while the account was opened.
      if (reply.raw.destroyed) used.end();
      else request.use = used;
    });
    app.onRequestEnd(({ use: used }) => used?.end());
  },
  { name: 'accounts', fastify: '5.x', dependencies: ['auth', 'problems', 'request-ends'] },
);

/** The id of the account that the request is for; undefined where nothing says it. */
export function nameAccount({ headers, accounts: own }: FastifyRequest, only: string | undefined): string | undefined {
  const named = headers[accountHeader];
  if (named !== undefined) return String(named);
  return only ?? (own?.length === 1 ? own[0] : undefined);
}

/** Whether the request's key is for that account. */
export function isAllowed({ accounts: own }: FastifyRequest, id: string): boolean {
  return own === null || own.includes(id);
}

/** The account of a request whose route belongs to one. */
export function accountOf({ use }: FastifyRequest): Account {
  if (use === undefined) throw new Problem('INTERNAL_ERROR', serviceMessages.noAccountOfRoute);
  return use.account;
}
