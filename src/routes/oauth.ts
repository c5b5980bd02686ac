import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { Clock } from '../clock.ts';
import { consentUrl } from '../config/consent-url.ts';
import { type Accounts, type Consent, isAllowed, nameAccount, noSuchAccount, type Use } from '../http/account.ts';
import { type AuthOptions, showKey } from '../http/auth.ts';
import { readForm } from '../http/oauth/consent-form.ts';
import { donePage, failedPage, openPage, startPage } from '../http/oauth/pages.ts';
import { createPendingConsents, type Mark, type Sought } from '../http/oauth/pending-consents.ts';
import { sendFault, sendPage, wantsPage } from '../http/oauth/send-page.ts';
import { oauthOperation } from '../http/reference/oauth-operations.ts';
import { wherever } from '../http/wherever.ts';
import { accessMessages } from '../messages/access.ts';
import type { Language } from '../messages/message.ts';
import { oauthMessages } from '../messages/oauth.ts';
import { Problem } from '../problems/problem.ts';
import { checkOf } from '../schemas/check.ts';

export interface OAuthRouteOptions extends Pick<AuthOptions, 'callers' | 'isManaged'> {
  accounts: Accounts;
  clock: Pick<Clock, 'now' | 'wall' | 'second'>;
  /** Where there are several replicas. */
  mark?: Mark | undefined;
}

const startPath = '/oauth/start';
/** A form with a key and an id: whoever has shown no key yet may send no more. */
const formBytes = 4_096;
/** What the redirect address of an integration ends with. */
const callbackPath = '/oauth/callback';

const code = checkOf(Type.String({ pattern: '^[!-~]{1,4096}$' }));

/**
 * Access by OAuth in a browser: a page asks for a key, its answer leads to amoCRM, and amoCRM leads back with a code. No
 * address that a request names is ever followed or linked to.
 */
export const oauthRoutes = fp(
  async (app: FastifyInstance, { accounts, clock, mark, callers, isManaged }: OAuthRouteOptions) => {
    const { only, use } = accounts;
    const pending = createPendingConsents(clock, mark);
    const document = (name: Parameters<typeof oauthOperation>[0]) => () => oauthOperation(name);
    const drawStart = (language: Language, fault?: string) =>
      startPage(language, {
        asksKey: !callers.isEmpty(),
        asksAccount: isManaged,
        ...(fault === undefined ? {} : { fault }),
      });

    async function consentOf<T>(
      { account: id, asked }: Sought,
      work: (consent: Consent) => T | Promise<T>,
    ): Promise<T> {
      const used: Use | undefined = await use(id, asked);
      if (used === undefined) throw new Problem('ACCOUNT_NOT_FOUND', accessMessages.accountGone(id));
      try {
        if (used.account.consent === undefined) throw new Problem('INVALID_REQUEST', oauthMessages.longLived);
        return await work(used.account.consent);
      } finally {
        used.end();
      }
    }

    async function begin(id: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const { baseUrl, ...consent } = await consentOf(
        { account: id, asked: request.asked },
        ({ baseUrl, clientId, redirectUri }) => {
          if (!leadsHere(redirectUri)) throw new Problem('INVALID_REQUEST', oauthMessages.otherRedirect(callbackPath));
          return { baseUrl, clientId };
        },
      );
      const { state, endsAt } = pending.begin({ account: id, asked: request.asked });
      request.log.info({ reqId: request.id, caller: request.caller, account: id }, 'access by OAuth asked for');
      const url = consentUrl({ ...consent, baseUrl, state });
      if (wantsPage(request)) return sendPage(request, reply, (to) => openPage(to, url, hostOf(baseUrl)));
      return { url, base_url: baseUrl, expires_at: new Date(endsAt).toISOString() };
    }

    async function end(sent: Record<string, unknown>, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const sought = typeof sent.state === 'string' ? pending.end(sent.state) : undefined;
      if (sought === undefined) throw new Problem('INVALID_REQUEST', oauthMessages.unknownState);
      if (sent.error !== undefined) throw new Problem('INVALID_REQUEST', oauthMessages.denied);
      const host = await consentOf(sought, async ({ baseUrl, take }) => {
        const due = hostOf(baseUrl);
        if (sent.referer === undefined || sent.referer === '') {
          throw new Problem('INVALID_REQUEST', oauthMessages.noReferer(due));
        }
        if (String(sent.referer).toLowerCase() !== due) {
          throw new Problem('INVALID_REQUEST', oauthMessages.otherAccount(due));
        }
        if (!code.accepts(sent.code)) throw new Problem('INVALID_REQUEST', oauthMessages.noCode);
        await take(sent.code);
        return due;
      });
      return sendPage(request, reply, (language) => donePage(language, host));
    }

    function accountFor(request: FastifyRequest, named: string | undefined): string {
      const id = named ?? nameAccount(request, only);
      if (id === undefined) throw new Problem('INVALID_REQUEST', oauthMessages.nameAccount);
      if (request.scope === 'admin' || isAllowed(request, id)) return id;
      throw noSuchAccount(request, id);
    }

    // As answers of routes that are not open.
    const onRequest = async (_request: FastifyRequest, reply: { header(name: string, value: string): unknown }) =>
      void reply.header('cache-control', 'no-store');

    app.get(startPath, { onRequest, config: { open: true, document: document('page') } }, (request, reply) =>
      sendPage(request, reply, (language) => drawStart(language)),
    );

    app.post(
      startPath,
      {
        bodyLimit: formBytes,
        errorHandler: sendFault(drawStart),
        config: { takesKeyInBody: true, takesForm: true, document: document('start') },
      },
      async (request, reply) => {
        const { key, account } = readForm(request.body);
        await showKey(request, reply, { key, callers, isManaged });
        const id = accountFor(request, account);
        return wherever(app, id, reply, () => begin(id, request, reply));
      },
    );

    app.get(
      callbackPath,
      // HEAD would use up the state.
      {
        onRequest,
        exposeHeadRoute: false,
        errorHandler: sendFault(failedPage),
        config: { open: true, document: document('callback') },
      },
      async (request, reply) => {
        const sent: Record<string, unknown> = Object(request.query);
        const id = typeof sent.state === 'string' ? pending.accountIn(sent.state) : undefined;
        const work = () => end(sent, request, reply);
        if (id === undefined) return work();
        // Whoever has the account has begun it, and knows the state.
        return wherever(app, id, reply, async () => {
          (await use(id, request.asked))?.end();
          return work();
        });
      },
    );
  },
  { name: 'oauth-routes', fastify: '5.x', dependencies: ['auth', 'accounts', 'problems', 'form-body'] },
);

function leadsHere(redirectUri: string): boolean {
  return URL.canParse(redirectUri) && new URL(redirectUri).pathname.endsWith(callbackPath);
}

function hostOf(baseUrl: string): string {
  return new URL(baseUrl).host;
}
