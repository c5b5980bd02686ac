import { paramMessages } from '../messages/params.ts';
import type { Fault } from '../problems/problem.ts';

/** The query parameter that makes a run a dry one. */
export const dryRunParam = 'dry_run';

/** The fault of a document that has it as a key: ignored there in silence, it would be taken for a dry run. */
export function dryRunFaults(document: unknown): Fault[] {
  if (!Object.hasOwn(Object(document), dryRunParam)) return [];
  const message = paramMessages.goesIntoAddress(dryRunParam);
  return [{ path: [dryRunParam], message, code: 'INVALID_REQUEST' }];
}
