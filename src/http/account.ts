import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { AmoService } from '../amocrm/amo.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import type { Patient } from '../doctor/patient.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';
import { accessMessages } from '../messages/access.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';
import type { Asked } from './asked.ts';
import { documentAccount } from './reference/account-header.ts';
import { hasEnded, stopEnded } from './request-ends.ts';

/** An account of amoCRM as requests are served in it. */
export interface Account {
  id: string;
  amo: AmoService;
  journal: Journal;
  jobs: Jobs;
  /** To be called before anything is written: what the account has left at other addresses counts as well. */
  recallPast(): Promise<void>;
  patient: Patient;
  /** How a person gives access; undefined where there is a long-lived token. */
  consent: Consent | undefined;
  /** Whether another replica may have it by now. */
  isLost(): boolean;
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
  /**
   * Undefined where there is none that is meant. Throws ACCOUNT_DISABLED, Elsewhere where another replica has or is to have it,
   * and as `isMeant` does.
   */
  use(id: string, asked: Asked): Use | undefined | Promise<Use | undefined>;
}

export interface PlacedAccounts extends Accounts {
  /** Whether another replica has passed the request on. */
  isPassed(request: FastifyRequest): boolean;
  /** What was known of the account's owner is so no more. */
  forget(id: string): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The account that the request is for, while it lasts; see `accountOf`. */
    use: Use | undefined;
    /** The account, where another replica has it. */
    elsewhere: string | undefined;
  }
  interface FastifyContextConfig {
    /** Whether the route belongs to an account, which the key or the header Amocrm-Account names. */
    inAccount?: boolean;
  }
}

export const accountHeader = 'amocrm-account';

/** Gives each request of a route in an account its account. Register it after auth, which tells what the key is for. */
export const accounts = fp(
  async (app: FastifyInstance, { only, use, isPassed, forget }: PlacedAccounts) => {
    app.decorateRequest('use');
    app.decorateRequest('elsewhere');
    app.addHook('onRoute', documentAccount);
    app.addHook('onRequest', async (request, reply) => {
      if (request.is404 || request.routeOptions.config.inAccount !== true) return;
      const id = nameAccount(request, only);
      if (id === undefined) throw new Problem('INVALID_REQUEST', accessMessages.nameAccount);
      if (!isAllowed(request, id)) throw noSuchAccount(request, id);
      if (isPassed(request)) forget(id);
      let used: Use | undefined;
      try {
        used = await use(id, request.asked);
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
        if (isPassed(request)) throw misdirected();
        request.elsewhere = id;
        return;
      }
      if (used === undefined) throw noSuchAccount(request, id);
      if (hasEnded(reply)) used.end();
      else request.use = used;
    });
    app.addHook('onRequest', stopEnded);
    app.onRequestEnd(({ use: used }) => used?.end());
  },
  { name: 'accounts', fastify: '5.x', dependencies: ['auth', 'problems', 'request-ends'] },
);

/** Passed on to a replica that does not have the account: whoever has passed it on looks again. */
export function misdirected(): Problem {
  return new Problem('OVERLOADED', ownershipMessages.elsewhere, { status: 421, retryAfter: 1 });
}

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

/** An account that the key is not for, or that is no more: nobody learns which. */
export function noSuchAccount({ accounts: own }: FastifyRequest, id: string): Problem {
  const [near] = nearest(
    id,
    (own ?? []).filter((other) => other !== id),
  );
  const { unknownAccount, unknownAccountNear } = accessMessages;
  const detail = near === undefined ? unknownAccount(cut(id)) : unknownAccountNear(cut(id), near);
  return new Problem('ACCOUNT_NOT_FOUND', detail);
}

/** The account of a request whose route belongs to one. */
export function accountOf({ use }: FastifyRequest): Account {
  if (use === undefined) throw new Problem('INTERNAL_ERROR', serviceMessages.noAccountOfRoute);
  return use.account;
}
