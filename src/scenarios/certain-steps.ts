import { conditional, end, jumpOf, nameOf, type ScenarioStep } from './document.ts';

/**
 * The indexes of the steps that every run from the first step to an end comes by, whatever its conditions come to, in the
 * order of the document. None where no run can end. Linear.
 */
export function certainSteps(steps: readonly ScenarioStep[]): number[] {
  const followers = followersOf(steps);
  const path = pathThrough(followers, steps.length);
  const places = new Map(path.map((step, place) => [step, place]));
  const seen = new Set<number>();
  const certain: number[] = [];
  // The farthest place of the path that can be reached without a step in between.
  let farthest = 0;
  for (const [place, step] of path.entries()) {
    if (place >= farthest) certain.push(step);
    walkAside(step);
  }
  return certain.filter((step) => step < steps.length).sort((a, b) => a - b);

  /** Goes from the step as far as it can off the path. */
  function walkAside(from: number): void {
    const waiting = [from];
    for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
      for (const next of followers[step] ?? []) {
        const place = places.get(next);
        if (place !== undefined) farthest = Math.max(farthest, place);
        else if (!seen.has(next)) waiting.push(next);
        seen.add(next);
      }
    }
  }
}

/** Where each step may lead to; the number of steps stands for the scenario's end. */
export function followersOf(steps: readonly ScenarioStep[]): number[][] {
  const places = new Map(steps.map((step, index) => [nameOf(step, index), index]));
  const placeOf = (target: string | undefined) => places.get(target ?? '') ?? steps.length;
  return steps.map(({ type, params = {}, next_step }) => {
    if (type === end) return [steps.length];
    const next = jumpOf(next_step);
    if (type !== conditional) return [placeOf(next)];
    return [params.true_step, params.false_step].map((branch) => placeOf(jumpOf(branch) ?? next));
  });
}

/** The steps of a shortest run, its end included; empty where there is none. */
function pathThrough(followers: readonly number[][], exit: number): number[] {
  const before = new Map<number, number | undefined>([[0, undefined]]);
  for (const step of before.keys()) {
    for (const next of followers[step] ?? []) if (!before.has(next)) before.set(next, step);
  }
  if (!before.has(exit)) return [];
  const path: number[] = [];
  for (let step: number | undefined = exit; step !== undefined; step = before.get(step)) path.push(step);
  return path.reverse();
}
