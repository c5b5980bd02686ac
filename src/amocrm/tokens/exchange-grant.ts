import { backOffMs, type Clock, sleep } from '../../clock.ts';
import { type Message, nothing, verbatim } from '../../messages/message.ts';
import { tokenMessages } from '../../messages/tokens.ts';
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
 * amoCRM's answer and the disk, the pair is lost: the grant is sent again, and amoCRM's refusal is reported. A process
 * that loses the account meanwhile writes the pair all the same, and the next one finds it.
 */
export function createTrader({ exchange, store, clock }: TraderOptions) {
  /** A pair that amoCRM has issued and that is not yet on disk. */
  let unsaved: { hash: string; pair: TokenPair } | undefined;

  async function guard<T>(work: () => Promise<T>): Promise<T | Traded> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof Problem) return { problem: cause, refused: false };
      const problem = new Problem('OVERLOADED', tokenMessages.unwritable, { cause });
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

  /** The pair that another process has had for the grant meanwhile. */
  async function pairOf(hash: string): Promise<TokenPair | undefined> {
    await store.load();
    return store.find(hash)?.isTaken === true ? store.pair() : undefined;
  }

  async function send(grant: Grant, signal: AbortSignal): Promise<Traded> {
    const hash = hashOf(grant);
    let unansweredAt = store.find(hash)?.begunAt;
    const had = unansweredAt === undefined ? undefined : await pairOf(hash);
    if (had !== undefined) return { pair: had };
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
    const late = exchanged.kind === 'refused' && unansweredAt !== undefined ? await pairOf(hash) : undefined;
    if (late !== undefined) return { pair: late };
    if (exchanged.kind === 'failed') return { problem: exchanged.problem, refused: false };
    const { party, status, words } = exchanged;
    const told = {
      secret: () => tokenMessages.clientUnknown(status),
      client: () => tokenMessages.clientRefused(status),
      grant: () => tokenMessages.authorizeAnew(grantRefused[grant.kind], status, lost(unansweredAt)),
    }[party]();
    const problem = new Problem('AMOCRM_UNAUTHORIZED', told, { words: verbatim(words) });
    return { problem, refused: party === 'grant' };
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

const grantRefused: Record<Grant['kind'], Message> = {
  authorization_code: tokenMessages.codeRefused,
  refresh_token: tokenMessages.grantOver,
};

function lost(unansweredAt: number | undefined): Message {
  return unansweredAt === undefined ? nothing : tokenMessages.answerLost(new Date(unansweredAt).toISOString());
}
