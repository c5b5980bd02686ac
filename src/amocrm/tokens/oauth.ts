import type { Clock } from '../../clock.ts';
import { serviceMessages } from '../../messages/requests.ts';
import { tokenMessages } from '../../messages/tokens.ts';
import { Problem } from '../../problems/problem.ts';
import type { Authorize, PostUnauthorized, TokenReport, TokenSource } from '../wire/token-source.ts';
import { createTrader, type Traded } from './exchange-grant.ts';
import { type Grant, hashOf, type OAuthClient, type TokenPair } from './grant.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import type { TokenStore } from './token-store.ts';

export interface OAuthOptions {
  client: OAuthClient;
  /**
   * From the settings. One that amoCRM has already accepted is ignored; a new one goes before the stored tokens. Without
   * it and without stored tokens there is no access until `take` has been given a code.
   */
  grant: Grant | undefined;
  store: TokenStore;
  clock: Clock;
  onToken(report: TokenReport): void;
}

/** The part of an access token's life after which it is renewed: of 24 h two are left for failures. */
const renewalAge = 11 / 12;
/** Milliseconds between checks of the wall clock: timers cannot be long, and do not run while a machine sleeps. */
const lookMs = 3_600_000;
/** Back-off, doubled up to the maximum. A refusal by amoCRM rarely goes away by itself. */
const firstDelaySeconds = 5;
const lastDelaySeconds = 60;
const lastRefusedDelaySeconds = 600;
/** Seconds for which amoCRM takes an authorization code: https://www.amocrm.ru/developers/content/oauth/step-by-step */
const givenSeconds = 1_200;
/** Seconds that a renewal in progress gets when the service stops. */
const stopSeconds = 8;
/** Seconds until a pair that could not be written is written again after that, and for how often: an hour. */
const lateSeconds = 10;
const lateTries = 360;

/**
 * The tokens of an OAuth integration, renewed before they expire, by a timer and when amoCRM refuses one;
 * single-flight, however many wait. This file decides which token is used and when to try again; `exchange-grant.ts`
 * turns a grant into a stored pair; `token-endpoint.ts` reads amoCRM's answers. A token that still works is used even
 * if its renewal fails.
 */
export function oauth(options: OAuthOptions): Authorize {
  return (post) => createOAuthSource(options, post);
}

/** When a pair is due for renewal, wall-clock milliseconds. */
export function renewalAt({ issuedAt, expiresAt }: Pick<TokenPair, 'issuedAt' | 'expiresAt'>): number {
  return issuedAt + (expiresAt - issuedAt) * renewalAge;
}

function createOAuthSource(
  { client, grant, store, clock, onToken }: OAuthOptions,
  post: PostUnauthorized,
): TokenSource {
  const { trade, finish } = createTrader({ exchange: createTokenEndpoint({ client, post, clock }), store, clock });
  let pair = store.pair();
  let given = grant !== undefined && store.find(hashOf(grant))?.isTaken !== true ? grant : undefined;
  let givenUntil = clock.now() + givenSeconds * clock.second;
  /** Access tokens: a refused one, and one issued in its place that amoCRM has not accepted yet. */
  let refused: string | undefined;
  let unproven: string | undefined;
  let running: Promise<void> | undefined;
  let failure: { problem: Problem; until: number; isOfPair: boolean } | undefined;
  let failures = 0;
  let cancelTimer = () => {};
  /** Whether it has stopped without having written its last pair. */
  let isLate = false;
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const goingDown = new Problem('SHUTTING_DOWN', serviceMessages.goingDown);

  function current(): string | undefined {
    if (pair === undefined || pair.accessToken === refused) return undefined;
    return clock.wall() < pair.expiresAt ? pair.accessToken : undefined;
  }

  /** Whether there is nothing that could be exchanged for tokens. */
  function isWithout(): boolean {
    return pair === undefined && given === undefined;
  }

  function renew(): Promise<void> {
    running ??= inTurn(tradeGrants());
    return running;
  }

  function inTurn(work: Promise<void>): Promise<void> {
    return work.finally(() => {
      running = undefined;
      schedule();
    });
  }

  async function tradeGrants(): Promise<void> {
    await settle();
    if (given !== undefined && pair !== undefined && clock.now() > givenUntil) drop();
    if (given !== undefined) {
      const result = await tradeOne(given);
      if ('pair' in result) return drop();
      // Until it is refused for good it is tried again, but the tokens that are there are renewed all the same.
      if (result.refused && pair !== undefined) drop();
      else putOff(result.problem, pair === undefined);
    }
    if (pair === undefined || dueIn() > 0) return;
    const result = await tradeOne({ kind: 'refresh_token', value: pair.refreshToken });
    if ('problem' in result) putOff(result.problem);
    else if (given === undefined) failure = undefined;
  }

  /** Takes the pair of an earlier exchange that could not be written then: what is exchanged next must not be taken for it. */
  async function settle(): Promise<void> {
    const left = await finish();
    if (left === undefined || 'problem' in left) return;
    note(left);
    if (given === undefined) failure = undefined;
  }

  function drop(): void {
    given = undefined;
    failure = undefined;
  }

  async function tradeOne(traded: Grant): Promise<Traded> {
    const result = await trade(traded, giveUp.signal);
    note(result);
    return result;
  }

  function note(result: Traded): void {
    if ('problem' in result) {
      report({ event: 'failed', problem: result.problem });
      return;
    }
    pair = result.pair;
    unproven = refused === undefined ? undefined : pair.accessToken;
    refused = undefined;
    report({ event: 'refreshed' });
  }

  /** One that may still be accepted is tried again in the background, as one of the settings is. */
  async function takeCode(grant: Grant): Promise<Traded> {
    await settle();
    const result = await tradeOne(grant);
    if ('pair' in result) {
      drop();
    } else if (!result.refused) {
      given = grant;
      givenUntil = clock.now() + givenSeconds * clock.second;
      putOff(result.problem, pair === undefined);
    }
    return result;
  }

  /** `isOfPair`: whether those who need a token must wait as well. */
  function putOff(problem: Problem, isOfPair = true): void {
    const last = problem.code === 'AMOCRM_UNAUTHORIZED' ? lastRefusedDelaySeconds : lastDelaySeconds;
    const seconds = problem.retryAfter ?? Math.min(last, firstDelaySeconds * 2 ** failures);
    failures += 1;
    failure = { problem, until: clock.now() + seconds * clock.second, isOfPair };
  }

  /** Milliseconds until the pair is due for renewal; 0 or less when it is due. */
  function dueIn(): number {
    if (pair === undefined || pair.accessToken === refused) return 0;
    return renewalAt(pair) - clock.wall();
  }

  function schedule(): void {
    cancelTimer();
    if (stopping.signal.aborted || isWithout()) return;
    // Right after a renewal nothing is due, unless tokens have very short lifetimes.
    const wanted = given === undefined ? Math.max(dueIn(), firstDelaySeconds * clock.second) : 0;
    const ms = failure === undefined ? Math.min(wanted, lookMs) : Math.max(0, failure.until - clock.now());
    cancelTimer = clock.after(Math.ceil(ms), () => (given !== undefined || dueIn() <= 0 ? void renew() : schedule()));
  }

  function report(told: TokenReport): void {
    onToken({ ...told, ...(pair === undefined ? {} : { expiresAt: pair.expiresAt }) });
  }

  /** The account may be open elsewhere by then, where this pair is missing. */
  function saveLater(tries: number): void {
    clock.after(lateSeconds * clock.second, async () => {
      const saved = await finish();
      if (saved !== undefined && 'problem' in saved && tries < lateTries) saveLater(tries + 1);
    });
  }

  /** The failure for a caller who asks now. */
  function refusal(): Problem {
    if (isWithout()) return new Problem('AMOCRM_UNAUTHORIZED', tokenMessages.notAuthorized);
    if (failure === undefined) return new Problem('AMOCRM_UNAVAILABLE', tokenMessages.noneYet);
    const { code, text, words, status, cause } = failure.problem;
    const seconds = Math.max(1, Math.ceil((failure.until - clock.now()) / clock.second));
    return new Problem(code, text, { words, cause, ...(status === 503 ? { retryAfter: seconds } : {}) });
  }

  return {
    current,
    async obtain() {
      if (current() !== undefined) return;
      if (stopping.signal.aborted) throw goingDown;
      if (running === undefined && isWithout()) throw refusal();
      if (running === undefined && failure?.isOfPair === true && clock.now() < failure.until) throw refusal();
      await renew();
      if (current() === undefined) throw refusal();
    },
    refuse(token) {
      if (token !== pair?.accessToken) return true;
      if (token === refused) return true;
      refused = token;
      if (token !== unproven) return true;
      const problem = new Problem('AMOCRM_UNAUTHORIZED', tokenMessages.newRefused);
      putOff(problem);
      report({ event: 'failed', problem });
      schedule();
      return false;
    },
    accept(token) {
      if (token !== pair?.accessToken) return;
      unproven = undefined;
      failures = 0;
    },
    async take(code) {
      while (running !== undefined) await running;
      if (stopping.signal.aborted) throw goingDown;
      const traded = takeCode({ kind: 'authorization_code', value: code });
      running = inTurn(traded.then(() => undefined));
      await running;
      const result = await traded;
      if ('problem' in result) throw result.problem;
    },
    start() {
      if (store.open().length > 0) report({ event: 'interrupted' });
      if (pair !== undefined) report({ event: 'loaded' });
      if (isWithout()) return report({ event: 'missing' });
      if (given !== undefined || dueIn() <= 0) void renew();
      else schedule();
    },
    async stop() {
      stopping.abort();
      cancelTimer();
      const cancel = clock.after(stopSeconds * clock.second, () => giveUp.abort(goingDown));
      await running;
      cancel();
      const rest = await finish();
      if (rest === undefined || !('problem' in rest) || isLate) return;
      isLate = true;
      report({ event: 'failed', problem: rest.problem });
      saveLater(1);
    },
  };
}
