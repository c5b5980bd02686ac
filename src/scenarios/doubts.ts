import type { Message } from '../messages/message.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import { maxErrors } from '../problems/make-document.ts';
import { cut, nearest } from '../text/names.ts';
import { followersOf } from './certain-steps.ts';
import { nameOf, type ScenarioStep } from './document.ts';

/** Those of a `conditional` too, whose own place is `params`. */
const ownKeys = new Set(['id', 'type', 'params', 'next_step', 'true_step', 'false_step']);
/** What others call it. */
const otherNames = new Set(['next', 'then', 'goto', 'go_to', 'next_id']);
/** Keys of a step that are looked at: to tell what one resembles takes a microsecond. */
const mostLooked = 20;

/** What in a scenario is probably not meant so: keys that resemble `next_step`, and steps that nothing leads to. */
export function scenarioDoubts(steps: readonly ScenarioStep[]): Message[] {
  const reached = reachedOf(steps);
  const unreached = steps.flatMap((step, index) => (reached.has(index) ? [] : [cut(nameOf(step, index))]));
  const misspelt = steps.flatMap((step, index) => {
    const key = step.next_step === undefined ? Object.keys(step).slice(0, mostLooked).find(isNextStep) : undefined;
    return key === undefined ? [] : [scenarioMessages.notNextStep(cut(nameOf(step, index)), cut(key))];
  });
  const [first, ...more] = unreached;
  return [
    ...misspelt.slice(0, maxErrors),
    ...(first === undefined ? [] : [scenarioMessages.neverReached(first, more.length)]),
  ];
}

function isNextStep(key: string): boolean {
  if (ownKeys.has(key)) return false;
  return otherNames.has(key) || nearest(key, ['next_step']).length > 0;
}

/** The indexes of the steps that a run may come by. */
function reachedOf(steps: readonly ScenarioStep[]): ReadonlySet<number> {
  const followers = followersOf(steps);
  const reached = new Set([0]);
  for (const index of reached) for (const next of followers[index] ?? []) reached.add(next);
  return reached;
}
