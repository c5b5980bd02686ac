import { readUserId } from './account.ts';
import type { BreakerMemory, BreakerState } from './breaker.ts';
import { createIdLookup, type IdLookup } from './by-id.ts';
import { createCached } from './cached.ts';
import type { Call } from './call.ts';
import type { Client } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import type { EndingKind } from './endings.ts';
import type { ParentType } from './entities.ts';
import { createReader, type Query, type ReadOptions } from './reads.ts';
import { createReconciler } from './reconcile.ts';
import { createWire } from './wire.ts';
import { createWriter, type Write } from './writer.ts';
import type { Answered } from './written.ts';

export interface GateOptions {
  client: Client;
  /** Requests in any second, all calls together. */
  rateLimit: number;
  /** Entities in one write at most. */
  batchSize: number;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
  memory: BreakerMemory;
  onBreaker(state: BreakerState, reason: EndingKind): void;
  clock?: Clock;
}

export interface Gate {
  /** Reads below `/api/v4/`; undefined is amoCRM's 204, "nothing". Concurrent equal reads share one request. */
  read(path: string, query: Query, call: Call, options?: ReadOptions): Promise<unknown>;
  /** When amoCRM last gave a usable answer, monotonic milliseconds. */
  answeredAt(): number;
  /** The entity of each type by its id, undefined where there is none; concurrent questions share requests. */
  findById: Record<ParentType, IdLookup>;
  /** Writes one item, in one call with others that wait, and gives amoCRM's answer for it. */
  write(write: Write, call: Call): Promise<Answered>;
}

/** Every call to amoCRM passes here and nowhere else: pacing, sharing, retries, reconciliation and breaker. */
export function createGate(options: GateOptions): Gate {
  const { client, rateLimit, batchSize, timeoutMs, memory, onBreaker, clock = systemClock } = options;
  const wire = createWire({ client, limit: rateLimit, clock, memory, onBreaker });
  let writesEnded = 0;
  const read = createReader(wire, clock, () => writesEnded);
  const deadlineMs = timeoutMs * 3;
  const userId = createCached((call) => readUserId({ read }, call), { ttlMs: Number.POSITIVE_INFINITY, deadlineMs });
  const reconciler = createReconciler({ read, userId, deadlineMs });
  const writers = new Map<string, ReturnType<typeof createWriter>>();

  function writerFor({ method, collection }: Write) {
    const name = `${method} ${collection}`;
    const existing = writers.get(name);
    if (existing !== undefined) return existing;
    const onEnd = () => {
      writesEnded += 1;
    };
    const writer = createWriter({ method, collection, wire, clock, reconciler, batchSize, onEnd });
    writers.set(name, writer);
    return writer;
  }

  return {
    read,
    answeredAt: wire.answeredAt,
    findById: {
      contacts: createIdLookup('contacts', wire, clock),
      leads: createIdLookup('leads', wire, clock),
      companies: createIdLookup('companies', wire, clock),
      customers: createIdLookup('customers', wire, clock),
    },
    write: (write, call) => writerFor(write)(write.draft, call),
  };
}
