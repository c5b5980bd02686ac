import type { Outcome } from '../client/client.ts';
import { kindOf } from '../client/kind-of.ts';
import type { Sent } from '../client/outcomes.ts';

/**
 * Tells a missing right from a block. amoCRM does not document whether a missing right is a 403 in JSON or the page that
 * a block is. So where a call needs a right of its own, `readAccount` asks for what any token may read: if amoCRM
 * answers, nothing is blocked. Those who ask at once share one read.
 */
export function createExplainer(readAccount: () => Promise<Sent>) {
  let asking: Promise<boolean> | undefined;

  function isServed(): Promise<boolean> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function ask(): Promise<boolean> {
    try {
      return (await readAccount()).kind === 'ok';
    } catch {
      // Nothing is sent any more: the breaker has opened meanwhile, or the service stops.
      return false;
    }
  }

  return async function explain(outcome: Ambiguous): Promise<Outcome> {
    if (!(await isServed())) return outcome;
    const { asked, right, status, retryAfter, date } = outcome;
    return { kind: 'unpermitted', asked, right, status, retryAfter, date };
  };
}

type Ambiguous = Extract<Outcome, { kind: 'page' | 'nothing' }> & { right: string };

/** Whether the outcome may be a block or a missing right. */
export function isAmbiguous(outcome: Outcome): outcome is Ambiguous {
  return kindOf(outcome) === 'blocked' && 'right' in outcome && outcome.right !== undefined;
}
