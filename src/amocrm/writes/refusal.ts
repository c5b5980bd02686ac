import { callMessages, outcomeMessages } from '../../messages/amocrm.ts';
import { verbatim } from '../../messages/message.ts';
import { type Fault, Problem, problemOfFaults } from '../../problems/problem.ts';
import type { Outcome } from '../client/client.ts';
import { detailOf, type ItemError } from '../client/rejection.ts';
import { atPath, type Draft, originOf } from './draft.ts';

/** The failure of one refused item, with paths in the caller's own names. */
export function problemOfRejection(errors: readonly ItemError[], draft: Draft): Problem {
  const [first, ...rest] = errors.map((error) => faultOf(error, draft));
  return first === undefined
    ? new Problem('AMOCRM_REJECTED', outcomeMessages.refusedData)
    : problemOfFaults([first, ...rest]);
}

function faultOf({ code, path = '', detail = '' }: ItemError, draft: Draft): Fault {
  const origin = originOf(path, draft.origins);
  const told = detail === '' ? callMessages.refusedThis : callMessages.says(detail);
  const isPlaced = origin !== undefined || path === '';
  const { refusedAt, refusedSomewhere } = callMessages;
  const message = isPlaced ? refusedAt(told, String(code)) : refusedSomewhere(told, String(code), path);
  return { path: origin?.path ?? [], code: origin?.code ?? 'AMOCRM_REJECTED', message };
}

/** The failure of an item of which amoCRM knows nobody whom it belongs to; `key` is what it looks the owner up by. */
export function problemOfOwnerless(key: string, { origins }: Draft): Problem {
  const path = originOf(key, origins)?.path ?? [];
  return problemOfFaults([{ path, code: 'ENTITY_NOT_FOUND', message: callMessages.nobodyWith(key) }]);
}

/** The failure of a write at a path of its own where amoCRM has nothing there. */
export function problemOfAbsence(outcome: Outcome, { origins }: Draft): Problem {
  const path = origins.find(({ at }) => at === atPath)?.path ?? [];
  const words = detailOf(outcome);
  const { nothingThere, because } = callMessages;
  const message = words === '' ? nothingThere : because(nothingThere, verbatim(words));
  return problemOfFaults([{ path, code: 'ENTITY_NOT_FOUND', message }]);
}
