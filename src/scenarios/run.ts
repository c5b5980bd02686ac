import { setImmediate } from 'node:timers/promises';
import type { Amo } from '../amocrm/amo.ts';
import type { Message } from '../messages/message.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import type { StepReport } from '../problems/document.ts';
import { maxErrors } from '../problems/make-document.ts';
import { asProblem, Problem, placeUnder, refuseFaults } from '../problems/problem.ts';
import type { Step } from '../steps/define-step.ts';
import { besideWarnings } from '../steps/hints.ts';
import { prepareStep, type StepOutcome } from '../steps/run-step.ts';
import { isConditionTrue } from '../templates/condition.ts';
import { createTextBudget, type TextBudget } from '../templates/text-budget.ts';
import { cut } from '../text/names.ts';
import type { Checkpoint, Checkpoints } from './checkpoint.ts';
import { measureContext } from './context-size.ts';
import { conditional, end, jumpOf, nameOf, type ScenarioStep } from './document.ts';
import { scenarioDoubts } from './doubts.ts';
import { judgeNamesAhead } from './names-ahead.ts';

const maxExecuted = 200;

export interface ScenarioResult {
  context: Record<string, unknown>;
  steps: StepReport[];
  /** What was probably not meant so; the first 50. */
  warnings: Message[];
}

export interface ScenarioParts {
  known: ReadonlyMap<string, Step>;
  amo: Amo;
  /** Whether others get their turn between the parts of the work. */
  isLarge?: boolean | undefined;
  /** Where an earlier attempt under the same key stopped. */
  checkpoints?: Checkpoints | undefined;
  /**
   * In a dry run: called after each step; it may refuse its result. Its results are made up, so a failure does not tell
   * the context with them.
   */
  onDryStep?: (name: string, result: StepOutcome['result'] | undefined) => void;
}

/**
 * Runs a checked scenario from its first step along `next_step` and the branches, or from the step where an earlier
 * attempt stopped. Each step uses the same definition as its route. Names that no placeholder is in are judged before the
 * first step, so that a misspelt one is told before anything is written. Throws the failed step's problem with the
 * progress so far.
 */
export async function runScenario(
  steps: readonly ScenarioStep[],
  start: Readonly<Record<string, unknown>>,
  parts: ScenarioParts,
): Promise<ScenarioResult> {
  const places = new Map(steps.map((step, index) => [nameOf(step, index), index]));
  const { __step_error__: _, ...fresh } = start;
  const resumed: Checkpoint = parts.checkpoints?.last ?? { index: 0, context: fresh, steps: [] };
  const { index: first, steps: reports, warnings: told = [], ...last } = resumed;
  let { context } = last;
  if (parts.checkpoints?.last === undefined) await judgeNamesAhead(steps, context, parts);
  const doubts = scenarioDoubts(steps);
  const ofSteps = [...told];
  const run = { ...parts, budget: createTextBudget(), measure: measureContext(context) };
  for (let next: number | undefined = first; next !== undefined; ) {
    const index: number = next;
    const step: ScenarioStep | undefined = steps[index];
    if (step === undefined) break;
    const name = nameOf(step, index);
    const started = performance.now();
    parts.checkpoints?.reach({ index, context, steps: [...reports], warnings: [...ofSteps] });
    const report = (status: StepReport['status']): StepReport[] => {
      reports.push({ id: name, type: step.type, status, duration_ms: Math.round(performance.now() - started) });
      return reports;
    };
    try {
      if (reports.length === maxExecuted) throw new Problem('SCENARIO_TOO_LONG', scenarioMessages.tooLong(maxExecuted));
      const done = await executeStep(step, context, run);
      parts.onDryStep?.(name, done.result);
      report('ok');
      const added = (done.warnings ?? []).map((warning) => scenarioMessages.ofStep(cut(name), warning));
      ofSteps.push(...added.slice(0, Math.max(0, maxErrors - doubts.length - ofSteps.length)));
      context = done.context;
      next = done.follower === undefined ? undefined : places.get(done.follower);
    } catch (error) {
      throw placeUnder(['steps', index, 'params'], asProblem(error), {
        label: parts.known.get(step.type)?.label,
        extensions: { failed_step: name, steps: report('failed'), context: parts.onDryStep ? start : context },
      });
    }
  }
  return { context, steps: reports, warnings: [...doubts, ...ofSteps] };
}

/** Limits that count over all steps of a scenario. */
interface Run extends ScenarioParts {
  budget: TextBudget;
  measure: ReturnType<typeof measureContext>;
}

interface Executed {
  /** Absent for what only controls the scenario. */
  result?: StepOutcome['result'];
  warnings?: readonly Message[] | undefined;
  context: Record<string, unknown>;
  follower: string | undefined;
}

async function executeStep(
  step: ScenarioStep,
  context: Record<string, unknown>,
  { known, amo, budget, measure, isLarge }: Run,
): Promise<Executed> {
  const next = jumpOf(step.next_step);
  if (step.type === end) return { context, follower: undefined };
  if (step.type === conditional) {
    // A scenario may be a loop of conditions alone: others get their turn between them.
    await setImmediate();
    const { condition, true_step, false_step } = step.params ?? {};
    const isTrue = isConditionTrue(condition, { context, budget });
    return { context, follower: jumpOf(isTrue ? true_step : false_step) ?? next };
  }
  const definition = known.get(step.type);
  if (definition === undefined) throw new Problem('UNKNOWN_STEP', scenarioMessages.unknownType(step.type));
  const warned = besideWarnings(definition.params, step);
  const { faults, run } = await prepareStep(definition, step.params, { context, budget, warned, isLarge });
  refuseFaults(faults);
  const outcome = await run(amo);
  measure(outcome.outputVar, outcome.result);
  const { result, context: filled, warnings } = outcome;
  return { result, warnings, context: filled, follower: next };
}
