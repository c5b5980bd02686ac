import { backOffMs, type Clock, sleep } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import { type Grant, hashOf, type TokenPair } from './grant.ts';
import type { Exchanged } from './token-endpoint.ts';
import type { TokenStore } from './token-store.ts';

export interface TraderOptions {
  exchange(grant: Grant, signal: AbortSignal): Promise<Exchanged>;
  store: TokenStore;
  clock: Clock;
}

/** `refused`: amoCRM does not accept this grant, now or later. */
export type Traded = { pair: TokenPair } | { problem: Problem; refused: boolean };

const retries = 2;

/**
 * Exchanges a grant for a stored pair of tokens. A grant works once, so each step is on disk first: that the grant is
 * sent, before it is sent; the new pair, before it is used. If the process ends, or the connection breaks, between
 * amoCRM's answer and the disk, the pair is lost: the grant is sent again, and amoCRM's refusal is reported.
 */
export function createTrader({ exchange, store, clock }: TraderOptions) {
  /** A pair that amoCRM has issued and that is not yet on disk. */
  let unsaved: { hash: string; pair: TokenPair } | undefined;

  async function guard<T>(work: () => Promise<T>): Promise<T | Traded> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof Problem) return { problem: cause, refused: false };
      const problem = new Problem('OVERLOADED', 'The tokens of amoCRM cannot be written to DATA_DIR', { cause });
      return { problem, refused: false };
    }
  }

  async function save(): Promise<Traded | undefined> {
    if (unsaved === undefined) return undefined;
    const { hash, pair } = unsaved;
    await store.keep(hash, pair);
    unsaved = undefined;
    return { pair };
  }

  async function send(grant: Grant, signal: AbortSignal): Promise<Traded> {
    const hash = hashOf(grant);
    let unansweredAt = store.find(hash)?.begunAt;
    const begunAt = clock.wall();
    await store.begin(hash, begunAt);
    const exchanged = await persist(grant, signal, () => {
      unansweredAt ??= begunAt;
    });
    if (exchanged.kind === 'pair') {
      unsaved = { hash, pair: exchanged.pair };
      return (await save()) ?? exchanged;
    }
    if (unansweredAt === undefined) await store.drop(hash);
    if (exchanged.kind === 'failed') return { problem: exchanged.problem, refused: false };
    const { party, status, words } = exchanged;
    const reason = `${party === 'client' ? clientRefused : grantRefused[grant.kind]} (HTTP ${status})`;
    const remedy = party === 'client' ? correct : `${lost(unansweredAt)}: ${authorize}`;
    return { problem: new Problem('AMOCRM_UNAUTHORIZED', reason + remedy, { words }), refused: party === 'grant' };
  }

  /** Sends the same again after failures that may be transient. */
  async function persist(grant: Grant, signal: AbortSignal, onOpen: () => void): Promise<Exchanged> {
    for (let tries = 0; ; tries += 1) {
      const exchanged = await exchange(grant, signal);
      if (exchanged.kind !== 'failed') return exchanged;
      if (exchanged.isOpen) onOpen();
      if (tries === retries || !exchanged.isPassing) return exchanged;
      await sleep(clock, backOffMs(clock, tries));
      if (signal.aborted) return exchanged;
    }
  }

  return {
    trade: (grant: Grant, signal: AbortSignal) => guard(async () => (await save()) ?? send(grant, signal)),
    finish: () => guard(save),
  };
}

const clientRefused = 'amoCRM refused the integration';
const grantRefused: Record<Grant['kind'], string> = {
  authorization_code: 'amoCRM refused the authorization code',
  refresh_token: 'The authorization of the integration has been revoked or has expired',
};
const correct = ': correct AMO_CLIENT_ID, AMO_CLIENT_SECRET, AMO_REDIRECT_URI or AMO_BASE_URL';
const authorize =
  'authorize the integration anew in amoCRM and give the new code to the service within 20 minutes: start it with ' +
  'AMO_AUTH_CODE, or, of several accounts, PUT /accounts/{id}';

function lost(unansweredAt: number | undefined): string {
  if (unansweredAt === undefined) return '';
  const begun = new Date(unansweredAt).toISOString();
  return `; amoCRM’s answer to an exchange begun at ${begun} was lost, and with it the new tokens`;
}
