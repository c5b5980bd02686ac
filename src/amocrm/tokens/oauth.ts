import type { Clock } from '../../clock.ts';
import { serviceMessages } from '../../messages/requests.ts';
import { tokenMessages } from '../../messages/tokens.ts';
import { Problem } from '../../problems/problem.ts';
import type { Authorize, PostUnauthorized, TokenReport, TokenSource } from '../wire/token-source.ts';
import { createBackOff, firstDelaySeconds } from './back-off.ts';
import { createTrader, type Traded } from './exchange-grant.ts';
import { type Grant, hashOf, type OAuthClient } from './grant.ts';
import { createHeldPair } from './held-pair.ts';
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

/** Milliseconds between checks of the wall clock: timers cannot be long, and do not run while a machine sleeps. */
const lookMs = 3_600_000;
/** Seconds for which amoCRM takes an authorization code: https://www.amocrm.ru/developers/content/oauth/step-by-step */
const givenSeconds = 1_200;
/** Seconds that a renewal in progress gets when the service stops. */
const stopSeconds = 8;
/** Seconds between attempts to write the last pair where that fails after the stop, and how many there are: an hour of them. */
const saveAgainSeconds = 10;
const maxSavesAgain = 360;

/**
 * The tokens of an OAuth integration, renewed before they expire, by a timer and when amoCRM refuses one;
 * single-flight, however many wait. This file decides what is exchanged and when; `held-pair.ts` knows which token is
 * used, `back-off.ts` when to try again; `exchange-grant.ts` turns a grant into a stored pair; `token-endpoint.ts` reads
 * amoCRM's answers. A token that still works is used even if its renewal fails.
 */
export function oauth(options: OAuthOptions): Authorize {
  return (post) => createOAuthSource(options, post);
}

function createOAuthSource(
  { client, grant, store, clock, onToken }: OAuthOptions,
  post: PostUnauthorized,
): TokenSource {
  const { trade, finish } = createTrader({ exchange: createTokenEndpoint({ client, post, clock }), store, clock });
  const { pair, current, dueIn, replace, ...held } = createHeldPair(store.pair(), clock);
  const backOff = createBackOff(clock);
  let given = grant !== undefined && store.find(hashOf(grant))?.isTaken !== true ? grant : undefined;
  let givenUntil = clock.now() + givenSeconds * clock.second;
  let running: Promise<void> | undefined;
  let cancelTimer = () => {};
  /** Whether it has stopped without having written its last pair. */
  let isLate = false;
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const goingDown = new Problem('SHUTTING_DOWN', serviceMessages.goingDown);

  /** Whether there is nothing that could be exchanged for tokens. */
  function isWithout(): boolean {
    return pair() === undefined && given === undefined;
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
    if (given !== undefined && pair() !== undefined && clock.now() > givenUntil) drop();
    if (given !== undefined) {
      const result = await tradeOne(given);
      if ('pair' in result) return drop();
      // Until it is refused for good it is tried again, but the tokens that are there are renewed all the same.
      if (result.refused && pair() !== undefined) drop();
      else backOff.putOff(result.problem, pair() === undefined);
    }
    const old = pair();
    if (old === undefined || dueIn() > 0) return;
    const result = await tradeOne({ kind: 'refresh_token', value: old.refreshToken });
    if ('problem' in result) backOff.putOff(result.problem);
    else if (given === undefined) backOff.clear();
  }

  /** Takes the pair of an earlier exchange that could not be written then: what is exchanged next must not be taken for it. */
  async function settle(): Promise<void> {
    const left = await finish();
    if (left === undefined || 'problem' in left) return;
    note(left);
    if (given === undefined) backOff.clear();
  }

  function drop(): void {
    given = undefined;
    backOff.clear();
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
    replace(result.pair);
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
      backOff.putOff(result.problem, pair() === undefined);
    }
    return result;
  }

  function schedule(): void {
    cancelTimer();
    if (stopping.signal.aborted || isWithout()) return;
    // Right after a renewal nothing is due, unless tokens have very short lifetimes.
    const wanted = given === undefined ? Math.max(dueIn(), firstDelaySeconds * clock.second) : 0;
    const ms = backOff.waitMs() ?? Math.min(wanted, lookMs);
    cancelTimer = clock.after(Math.ceil(ms), () => (given !== undefined || dueIn() <= 0 ? void renew() : schedule()));
  }

  function report(told: TokenReport): void {
    const now = pair();
    onToken({ ...told, ...(now === undefined ? {} : { expiresAt: now.expiresAt }) });
  }

  /** The account may be open elsewhere by then, where this pair is missing. */
  function saveLater(tries: number): void {
    clock.after(saveAgainSeconds * clock.second, async () => {
      const saved = await finish();
      if (saved !== undefined && 'problem' in saved && tries < maxSavesAgain) saveLater(tries + 1);
    });
  }

  /** The failure for a caller who asks now. */
  function refusal(): Problem {
    if (isWithout()) return new Problem('AMOCRM_UNAUTHORIZED', tokenMessages.notAuthorized);
    return backOff.refusal() ?? new Problem('AMOCRM_UNAVAILABLE', tokenMessages.noneYet);
  }

  return {
    current,
    async obtain() {
      if (current() !== undefined) return;
      if (stopping.signal.aborted) throw goingDown;
      if (running === undefined && isWithout()) throw refusal();
      if (running === undefined && backOff.holdsUpCallers()) throw refusal();
      await renew();
      if (current() === undefined) throw refusal();
    },
    refuse(token) {
      if (held.refuse(token)) return true;
      const problem = new Problem('AMOCRM_UNAUTHORIZED', tokenMessages.newRefused);
      backOff.putOff(problem);
      report({ event: 'failed', problem });
      schedule();
      return false;
    },
    accept(token) {
      if (held.accept(token)) backOff.reset();
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
      if (pair() !== undefined) report({ event: 'loaded' });
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
