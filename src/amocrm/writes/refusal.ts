import { type Fault, Problem, problemOfFaults } from '../../problems/problem.ts';
import type { Outcome } from '../client/client.ts';
import { detailOf, type ItemError } from '../client/rejection.ts';
import { atPath, type Draft, originOf } from './draft.ts';

/** The failure of one refused item, with paths in the caller's own names. */
export function problemOfRejection(errors: readonly ItemError[], draft: Draft): Problem {
  const [first, ...rest] = errors.map((error) => faultOf(error, draft));
  return first === undefined
    ? new Problem('AMOCRM_REJECTED', 'amoCRM refused the data')
    : problemOfFaults([first, ...rest]);
}

function faultOf({ code, path = '', detail = '' }: ItemError, draft: Draft): Fault {
  const origin = originOf(path, draft.origins);
  const slot = origin === undefined && path !== '' ? ` at ${path}` : '';
  const message = `${detail === '' ? 'amoCRM refused this' : detail} (${code}${slot})`;
  return { path: origin?.path ?? [], code: origin?.code ?? 'AMOCRM_REJECTED', message };
}

/** The failure of an item of which amoCRM knows nobody whom it belongs to; `key` is what it looks the owner up by. */
export function problemOfOwnerless(key: string, { origins }: Draft): Problem {
  const path = originOf(key, origins)?.path ?? [];
  return problemOfFaults([{ path, code: 'ENTITY_NOT_FOUND', message: `amoCRM has nobody with this ${key}` }]);
}

/** The failure of a write at a path of its own where amoCRM has nothing there. */
export function problemOfAbsence(outcome: Outcome, { origins }: Draft): Problem {
  const path = origins.find(({ at }) => at === atPath)?.path ?? [];
  const words = detailOf(outcome);
  const message = words === '' ? 'amoCRM has nothing there' : `amoCRM has nothing there: ${words}`;
  return problemOfFaults([{ path, code: 'ENTITY_NOT_FOUND', message }]);
}
