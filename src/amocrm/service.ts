import { LRUCache } from 'lru-cache';
import type { AmoService } from './amo.ts';
import { type ClientOptions, createClient } from './client/client.ts';
import { readTimeZone } from './entities/account/account.ts';
import { createFieldDirectory } from './fields/directory.ts';
import type { FieldMap } from './fields/field-map.ts';
import { createGate, type GateOptions } from './gate.ts';
import { createCached } from './operation/cached.ts';
import { createLocks } from './operation/locks.ts';

export interface AmoOptions extends ClientOptions, Omit<GateOptions, 'client' | 'clock'> {
  fieldMap: FieldMap;
  /** Seconds that discovered fields are kept. */
  fieldsTtlSeconds: number;
}

const knownForMs = 15 * 60_000;
const maxKnown = 100_000;

/** Puts the service layer together. Nothing is asked of amoCRM until a step needs it. */
export function createAmoService(options: AmoOptions): AmoService {
  const gate = createGate({ ...options, client: createClient(options) });
  const deadlineMs = options.timeoutMs * 3;
  return {
    gate,
    fields: createFieldDirectory({ gate, map: options.fieldMap, ttlMs: options.fieldsTtlSeconds * 1000, deadlineMs }),
    timeZone: createCached((operation) => readTimeZone(gate, operation), {
      ttlMs: Number.POSITIVE_INFINITY,
      deadlineMs,
    }),
    known: new LRUCache({ max: maxKnown, ttl: knownForMs }),
    locks: createLocks(),
  };
}
