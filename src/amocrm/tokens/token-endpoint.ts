import { Type } from 'typebox';
import type { Clock } from '../../clock.ts';
import { joined, verbatim } from '../../messages/message.ts';
import { tokenMessages } from '../../messages/tokens.ts';
import { Problem } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';
import { particulars, policyOf, type Sent } from '../client/outcomes.ts';
import { detailOf } from '../client/rejection.ts';
import type { PostUnauthorized } from '../wire/token-source.ts';
import type { Grant, OAuthClient, TokenPair } from './grant.ts';

export type Exchanged =
  | { kind: 'pair'; pair: TokenPair }
  /** amoCRM has refused the grant, or the integration's settings. */
  | { kind: 'refused'; party: Party; status: number; words: string }
  /** `isOpen`: amoCRM may have accepted the grant. `isPassing`: transient, the same may succeed in a moment. */
  | { kind: 'failed'; problem: Problem; isOpen: boolean; isPassing: boolean };

/** What amoCRM has refused: the grant, the integration's id or secret key, or something else of its settings. */
export type Party = 'grant' | 'secret' | 'client';

export interface TokenEndpointOptions {
  client: OAuthClient;
  post: PostUnauthorized;
  clock: Clock;
}

const path = '/oauth2/access_token';

const pairBody = checkOf(
  Type.Object({
    access_token: Type.String({ pattern: '^[!-~]+$' }),
    refresh_token: Type.String({ minLength: 1 }),
    expires_in: Type.Number({ exclusiveMinimum: 0 }),
  }),
);

/**
 * amoCRM's token endpoint, `POST /oauth2/access_token`: access tokens last a day, refresh tokens three months and one
 * exchange. Source: developers' reference, OAuth step by step. Its refusals are not documented beyond HTTP 400; live
 * accounts answer 401 to a used refresh token and to a wrong client.
 */
export function createTokenEndpoint({ client, post, clock }: TokenEndpointOptions) {
  return async function exchange(grant: Grant, signal: AbortSignal): Promise<Exchanged> {
    const body = {
      client_id: client.id,
      client_secret: client.secret,
      grant_type: grant.kind,
      redirect_uri: client.redirectUri,
      [grant.kind === 'authorization_code' ? 'code' : 'refresh_token']: grant.value,
    };
    const issuedAt = clock.wall();
    try {
      return read(await post(path, body, signal), issuedAt);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { kind: 'failed', problem: error, isOpen: false, isPassing: false };
    }
  };
}

function read({ outcome, kind }: Sent, issuedAt: number): Exchanged {
  if (outcome.kind === 'json' && kind === 'ok' && pairBody.accepts(outcome.body)) {
    const { access_token: accessToken, refresh_token: refreshToken, expires_in } = outcome.body;
    return { kind: 'pair', pair: { accessToken, refreshToken, issuedAt, expiresAt: issuedAt + expires_in * 1000 } };
  }
  if (outcome.kind === 'json' && [400, 401].includes(outcome.status) && kind !== 'system-error') {
    const { hint, title } = Object(outcome.body);
    const reason = typeof hint === 'string' ? hint : String(title ?? '');
    return {
      kind: 'refused',
      party: partyOf(reason, typeof hint === 'string'),
      status: outcome.status,
      words: reason.slice(0, 200),
    };
  }
  const { write, read, code, detail } = policyOf(kind === 'ok' ? 'useless' : kind);
  const isOpen = write === 'doubt';
  const failure = isOpen || kind === 'not-sent' || kind === 'system-error' ? 'AMOCRM_UNAVAILABLE' : code;
  const problem = new Problem(failure, tokenMessages.none(joined([detail, particulars(outcome)])), {
    words: verbatim(detailOf(outcome)),
    cause: 'cause' in outcome ? outcome.cause : undefined,
  });
  return { kind: 'failed', problem, isOpen, isPassing: read !== 'fail' };
}

/** amoCRM answers a wrong id or secret without a `hint`. */
function partyOf(reason: string, isHint: boolean): Party {
  if (!isHint) return 'secret';
  return /client_id|client_secret|redirect|invalid account/i.test(reason) ? 'client' : 'grant';
}
