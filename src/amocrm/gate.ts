import type { IdLookup } from './by-id.ts';
import { createIdLookup } from './by-id.ts';
import type { Call } from './call.ts';
import type { Client } from './client.ts';
import { readAnswer } from './endings.ts';
import type { ParentType } from './entities.ts';
import type { Pacer } from './pacer.ts';
import { type Answered, createWriter, type Write } from './writer.ts';

export type Query = readonly (readonly [string, string])[];

export interface Gate {
  /** Reads below `/api/v4/`; undefined is amoCRM's 204, "nothing". */
  read(path: string, query: Query, call: Call): Promise<unknown>;
  /** The entity of each type by its id, undefined where there is none; concurrent questions share requests. */
  findById: Record<ParentType, IdLookup>;
  /** Writes one item and gives amoCRM's answer for it. */
  write(write: Write, call: Call): Promise<Answered>;
}

/** Every call to amoCRM passes here and nowhere else: pacing, sharing and the meaning of each end live behind it. */
export function createGate(client: Client, pacer: Pacer): Gate {
  return {
    async read(path, query, call) {
      const release = await pacer.acquire(call.signal);
      const ending = await client({ method: 'GET', path: `/api/v4/${path}`, query }, call.signal).finally(release);
      if (call.signal.aborted) throw call.signal.reason;
      return readAnswer(ending);
    },
    findById: {
      contacts: createIdLookup('contacts', client, pacer),
      leads: createIdLookup('leads', client, pacer),
      companies: createIdLookup('companies', client, pacer),
      customers: createIdLookup('customers', client, pacer),
    },
    write: createWriter(client, pacer),
  };
}
