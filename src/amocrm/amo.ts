import { LRUCache } from 'lru-cache';
import { type ClientOptions, createClient } from './client/client.ts';
import { readTimeZone } from './entities/account/account.ts';
import { createFieldDirectory, type FieldDirectory } from './fields/directory.ts';
import type { FieldMap } from './fields/field-map.ts';
import { createGate, type Gate, type GateOptions } from './gate.ts';
import { type Cached, createCached } from './operation/cached.ts';
import { createLocks, type Locks } from './operation/locks.ts';
import type { Call } from './operation/operation.ts';

/** What all calls of one process share. */
export interface AmoService {
  gate: Gate;
  fields: FieldDirectory;
  /** The account's time zone, asked once. */
  timeZone: Cached<string>;
  /** Ids that were read or written lately, e.g. `contacts 12345`. */
  known: LRUCache<string, true>;
  locks: Locks;
}

/** The service layer as one step sees it. */
export interface Amo extends AmoService {
  call: Call;
}

export interface AmoOptions extends ClientOptions, Omit<GateOptions, 'client'> {
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
    timeZone: createCached((call) => readTimeZone(gate, call), { ttlMs: Number.POSITIVE_INFINITY, deadlineMs }),
    known: new LRUCache({ max: maxKnown, ttl: knownForMs }),
    locks: createLocks(),
  };
}
