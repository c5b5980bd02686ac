import { type Clock, systemClock } from '../clock.ts';
import { Problem } from '../problems/problem.ts';
import type { FactsOf } from './client/call-facts.ts';
import type { Client } from './client/client.ts';
import type { Span } from './client/server-clock.ts';
import { createCached } from './operation/cached.ts';
import type { Operation } from './operation/operation.ts';
import { nameOfWrite, type PastWrites, type WriteAnswer } from './operation/write-log.ts';
import type { AddressBlock } from './pace/address-block.ts';
import type { BreakerMemory } from './pace/breaker.ts';
import { createIdLookup, type IdLookup } from './reads/by-id.ts';
import { readUserId } from './reads/own-user.ts';
import type { ReadPage } from './reads/pages.ts';
import { createReader, createUnsharedReader, type Query, type ReadOptions, type UnsharedRead } from './reads/read.ts';
import type { Collection } from './shapes/collection.ts';
import type { Entity } from './shapes/entities.ts';
import { type Observer, silentObserver } from './wire/observer.ts';
import type { Authorize, TokenSource } from './wire/token-source.ts';
import { createWire, type WireLoad } from './wire/wire.ts';
import { type ClaimKeeper, createClaims } from './writes/claims.ts';
import { createDictionaries } from './writes/dictionaries.ts';
import { createOpenCreates } from './writes/open-creates.ts';
import { createRecall } from './writes/recall.ts';
import { createReconciler } from './writes/reconcile.ts';
import { createWriters, type Write } from './writes/writers.ts';

export interface GateOptions {
  client: Client;
  factsOf: FactsOf;
  authorize: Authorize;
  /** Requests in any second, all calls together. */
  rateLimit: number;
  /** Entities in one write at most. */
  batchSize: number;
  timeoutMs: number;
  memory: BreakerMemory;
  /** Shared by all accounts of the process; absent where there is one. */
  address?: AddressBlock | undefined;
  observer?: Observer;
  /** What earlier processes have left: creates in doubt and claimed ids. */
  past?: PastWrites;
  /** Keeps claimed ids across restarts. */
  claimLog?: ClaimKeeper;
  clock?: Clock;
  /** Milliseconds after the start in which nothing is sent; see `createPacer`. */
  restMs?: number;
  /** Why nothing may be sent now, since another process may call for the account; undefined where it may. */
  refusal?: () => Problem | undefined;
}

export interface Gate {
  /** Begins to renew the token in the background; `stop` resolves when no renewal is in progress any more. */
  start(): void;
  stop(): Promise<void>;
  /** Exchanges an authorization code for tokens; absent where access does not come by codes. */
  takeCode?: TokenSource['take'];
  /** Reads below `/api/v4/`, identical concurrent reads single-flight; undefined is amoCRM's 204, "nothing". */
  read(path: string, query: Query, operation: Operation, options?: ReadOptions): Promise<unknown>;
  /** The same for a read that is shared with nobody and belongs to no caller; its wait in the queue is never refused. */
  readUnshared(path: string, query: Query, read: UnsharedRead): Promise<unknown>;
  /** Calls that could be sent at once; 0 while others wait. */
  freePlaces(): number;
  /** The failure of an operation that would still have so many calls before its own when its deadline comes. */
  refusal(operation: Pick<Operation, 'deadline'>, callsAhead: number): Problem | undefined;
  /** The failure of whatever would be sent now: a block, or a refusal of the token or for want of payment. */
  closedBy(): Problem | undefined;
  /** Unix seconds by amoCRM's clock now, at the earliest and at the latest. */
  serverTime(): Span;
  /** When amoCRM last gave a usable answer, monotonic milliseconds. */
  answeredAt(): number;
  /** When it last refused what was to be written, monotonic milliseconds. */
  refusedAt(): number;
  /** How busy the limiter is and whether the breaker is open, now. */
  load(): WireLoad;
  /**
   * An entity by its id, undefined where there is none; concurrent lookups of the same parts share requests. `parts` are
   * those that amoCRM adds by `with`.
   */
  findById(
    collection: Collection,
    id: number,
    operation: Operation,
    parts?: readonly string[],
  ): Promise<Entity | undefined>;
  /** The same for many, each undefined where there is none; whoever waits for the same id shares its place in a request. */
  findByIds(collection: Collection, ids: readonly number[], operation: Operation): Promise<(Entity | undefined)[]>;
  /**
   * Writes one item, batched with other waiting items where amoCRM takes a list, and returns amoCRM's answer for it.
   * Under an Idempotency-Key it is sent only if an earlier attempt has not carried it out.
   */
  write(write: Write, operation: Operation): Promise<WriteAnswer>;
  /** The answer of the step's next create if an earlier attempt has made it; see `createRecall`. */
  recallCreate(collection: Collection, operation: Operation): Promise<WriteAnswer | undefined>;
  /** Takes over a claim of an earlier process, as those of `past`. */
  keepClaim(collection: string, id: number, at: number): void;
  /** Ends all work: writes that amoCRM has not answered become OUTCOME_UNKNOWN, and nothing is sent any more. */
  giveUp(reason: Error): void;
}

/** All calls to amoCRM go through the gate: rate limit, batches, retries, reconciliation and circuit breaker. */
export function createGate(options: GateOptions): Gate {
  const {
    rateLimit,
    batchSize,
    timeoutMs,
    memory,
    address,
    observer = silentObserver,
    clock = systemClock,
    restMs = 0,
    refusal,
    past = { open: [], claimed: [] },
    claimLog = { add: async () => {} },
  } = options;
  const wire = createWire({ ...options, limit: rateLimit, memory, address, observer, clock, restMs, refusal });
  const tools = { wire, clock, observer };
  let writesEnded = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  const read = createReader(tools, () => writesEnded);
  const deadlineMs = timeoutMs * 3;
  const userId = createCached((operation) => readUserId(read, operation), {
    ttlMs: Number.POSITIVE_INFINITY,
    deadlineMs,
    clock,
  });
  const claims = createClaims(claimLog, clock);
  const openCreates = createOpenCreates(() => wire.serverTime(clock.now()).latest);
  const look: ReadPage = (path, query, operation) => read(path, query, operation, { mayBeOff: true });
  const dictionaries = createDictionaries(read, claims);
  const reconciler = createReconciler({
    read: look,
    userId,
    claims,
    openCreates,
    dictionaries,
    observer,
    clock,
  });
  const { keep, recall } = createRecall({ reconciler, wire, clock, timeoutMs });
  const onEnd = () => {
    writesEnded += 1;
  };
  const writers = createWriters({ ...tools, reconciler, batchSize, timeoutMs, onEnd }, recall, dictionaries);
  const { open, claimed } = past;
  for (const { id, write } of open) keep(id, write);
  for (const { collection, id, at } of claimed) claims.keep(collection, id, at);
  const lookups = new Map<string, IdLookup>();

  function lookupFor(collection: Collection, parts: readonly string[]): IdLookup {
    const joined = parts.toSorted().join(',');
    const name = `${collection.path} ${joined}`;
    const lookup = lookups.get(name) ?? createIdLookup(collection, joined, tools);
    lookups.set(name, lookup);
    return lookup;
  }

  return {
    start: wire.tokens.start,
    stop: wire.tokens.stop,
    takeCode: wire.tokens.take,
    read,
    readUnshared: createUnsharedReader(tools),
    freePlaces: wire.freePlaces,
    refusal({ deadline }, callsAhead) {
      const lateMs = clock.now() + wire.expectedWait(callsAhead) - deadline;
      return lateMs > 0 ? wire.overloaded(lateMs) : undefined;
    },
    closedBy: wire.closedBy,
    serverTime: () => wire.serverTime(clock.now()),
    answeredAt: wire.answeredAt,
    load: wire.load,
    async findById(collection, id, operation, parts = []) {
      const [entity] = await lookupFor(collection, parts)([id], operation);
      return entity;
    },
    findByIds: (collection, ids, operation) => lookupFor(collection, [])(ids, operation),
    refusedAt: () => refusedAt,
    async write(write, operation) {
      try {
        return await writers.write(write, operation);
      } catch (error) {
        if (error instanceof Problem && error.status === 422) refusedAt = clock.now();
        throw error;
      }
    },
    async recallCreate(collection, operation) {
      const logged = operation.log?.peek(nameOfWrite('POST', collection.path));
      return logged && recall(collection, logged, operation);
    },
    keepClaim: claims.keep,
    giveUp(reason) {
      writers.abandon(reason);
      wire.giveUp(reason);
    },
  };
}
