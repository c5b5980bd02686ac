import type { Amo, AmoService } from './amo.ts';
import { placeOfNew } from './directories/stage.ts';
import { createDryGate, type Defaults, type DryRequest } from './dry-gate.ts';
import type { Operation } from './operation/operation.ts';
import { createResolvedNames, type Resolution } from './operation/resolved.ts';

/** What a step would have written, and what its names came to. */
export interface DryNotes {
  requests: DryRequest[];
  resolved: Record<string, Resolution>;
}

export interface DryRun {
  /** The service layer that writes nothing. */
  amo: Amo;
  /** The notes since the last call: those of `step`, if later ones may refer to what it would have made. */
  take(step?: string): DryNotes;
  /** How many reads were made for it, in all. */
  reads(): number;
}

/**
 * A run of steps that reads but writes nothing. It leaves nothing behind in the account's service layer: no lock, no
 * doubt, no id that is said to exist.
 */
export function startDryRun(service: AmoService, operation: Operation): DryRun {
  const resolved = createResolvedNames();
  const reads = new Set<symbol>();
  const requests: DryRequest[] = [];
  const made: number[] = [];
  const { directories } = service;
  const defaultsOf: Defaults = async (list, body, asking) =>
    list === 'leads' ? placeOfNew({ directories, operation: asking }, body) : {};
  return {
    amo: {
      ...service,
      operation: { ...operation, resolved, reads },
      gate: createDryGate(service.gate, (request) => requests.push(request), {
        defaultsOf,
        onMade: (id) => made.push(id),
      }),
      contactDirectory: { ...service.contactDirectory, note: async () => {} },
      known: alsoKnown(service.known),
      locks: (_names, _operation, work) => work(),
      identityLocks: (_identities, _operation, work) => work(),
      doubts: { ...service.doubts, during: (_names, _owner, create) => create() },
    },
    take(step) {
      const ids = made.splice(0);
      if (step !== undefined) resolved.madeBy(step, ids);
      return { requests: requests.splice(0), resolved: resolved.take() };
    },
    reads: () => reads.size,
  };
}

/** What is noted in addition to the shared memory is forgotten with the run. */
function alsoKnown(known: AmoService['known']): AmoService['known'] {
  const own = new Set<string>();
  return {
    has: (name) => own.has(name) || known.has(name),
    note: (name) => void own.add(name),
    forget(name) {
      own.delete(name);
      known.forget(name);
    },
  };
}
