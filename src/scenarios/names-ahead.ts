import type { Amo } from '../amocrm/amo.ts';
import { maxErrors } from '../problems/make-document.ts';
import { asProblem, type Fault, placeUnder, problemOfFaults } from '../problems/problem.ts';
import type { Step } from '../steps/define-step.ts';
import { literalNameFaults } from '../steps/literal-names.ts';
import { certainSteps } from './certain-steps.ts';
import { nameOf, type ScenarioStep } from './document.ts';

/**
 * Judges names that hold no placeholder before any step has written: those of the steps that run whatever the conditions
 * come to, but the first, which judges its own. So no scenario is refused that would run well. Throws the faults of all as
 * a failure of the first step that has some, and the errors of reads.
 */
export async function judgeNamesAhead(
  steps: readonly ScenarioStep[],
  context: Readonly<Record<string, unknown>>,
  { known, amo }: { known: ReadonlyMap<string, Step>; amo: Amo },
): Promise<void> {
  if (!steps.some(({ type }) => known.get(type)?.effects === 'writes')) return;
  const faults: Fault[] = [];
  let blamed: ReturnType<typeof blame> | undefined;
  for (const index of certainSteps(steps)) {
    const step = steps[index];
    const definition = known.get(step?.type ?? '');
    if (index === 0 || step === undefined || definition === undefined) continue;
    if (faults.length >= maxErrors) break;
    const blameHere = blame(step, index, definition.label);
    const found = await literalNameFaults(definition, step.params, amo).catch((error: unknown) => {
      throw placeUnder(placeOf(index), asProblem(error), blameHere);
    });
    faults.push(...found.map((fault) => ({ ...fault, path: [...placeOf(index), ...fault.path] })));
    if (found.length > 0) blamed ??= blameHere;
  }
  const [first, ...rest] = faults;
  if (first !== undefined) throw placeUnder([], problemOfFaults([first, ...rest]), blamed);

  function blame(step: ScenarioStep, index: number, label: string) {
    return { label, extensions: { failed_step: nameOf(step, index), steps: [], context } };
  }
}

function placeOf(index: number) {
  return ['steps', index, 'params'];
}
