import type { Amo } from '../amocrm/amo.ts';
import { Problem, placeUnder, refuseFaults, type StepReport } from '../problems/problem.ts';
import type { Step } from '../steps/define-step.ts';
import { judgeParams } from '../steps/judge.ts';
import { isConditionTrue } from '../templates/condition.ts';
import { resolveTemplates } from '../templates/resolve.ts';
import type { Checkpoints } from './checkpoint.ts';
import { conditional, end, nameOf, type ScenarioStep } from './document.ts';

const maxExecuted = 200;

export interface ScenarioResult {
  context: Record<string, unknown>;
  steps: StepReport[];
}

export interface ScenarioParts {
  known: ReadonlyMap<string, Step>;
  amo: Amo;
  /** Where an earlier try under the same key came to. */
  checkpoints?: Checkpoints | undefined;
}

/**
 * Runs a checked scenario from its first step along `next_step` and the branches, each step through the definition
 * that its route has too, or on from the step where an earlier try stopped. Throws the failed step's problem with the
 * progress so far.
 */
export async function runScenario(
  steps: readonly ScenarioStep[],
  start: Readonly<Record<string, unknown>>,
  parts: ScenarioParts,
): Promise<ScenarioResult> {
  const places = new Map(steps.map((step, index) => [nameOf(step, index), index]));
  const { __step_error__: _, ...fresh } = start;
  const { index: first, context, steps: reports } = parts.checkpoints?.last ?? { index: 0, context: fresh, steps: [] };
  for (let next: number | undefined = first; next !== undefined; ) {
    const index: number = next;
    const step: ScenarioStep | undefined = steps[index];
    if (step === undefined) break;
    const name = nameOf(step, index);
    const started = performance.now();
    parts.checkpoints?.reach({ index, context, steps: [...reports] });
    const report = (status: StepReport['status']): StepReport[] => {
      reports.push({ id: name, type: step.type, status, duration_ms: Math.round(performance.now() - started) });
      return reports;
    };
    try {
      if (reports.length === maxExecuted)
        throw new Problem('SCENARIO_TOO_LONG', `More than ${maxExecuted} steps were executed`);
      const follower = await executeStep(step, context, parts);
      report('ok');
      next = follower === undefined ? undefined : places.get(follower);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const label = parts.known.get(step.type)?.label;
      const progress = {
        ...(label === undefined ? {} : { label }),
        failed_step: name,
        steps: report('failed'),
        context,
      };
      throw placeUnder(['steps', index, 'params'], error, progress);
    }
  }
  return { context, steps: reports };
}

/** Carries one step out, puts its result into the context, and gives the name of the step that follows. */
async function executeStep(
  step: ScenarioStep,
  context: Record<string, unknown>,
  parts: ScenarioParts,
): Promise<string | undefined> {
  const next = jumpOf(step.next_step);
  if (step.type === end) return undefined;
  if (step.type === conditional) {
    const { condition, true_step, false_step } = step.params ?? {};
    return jumpOf(isConditionTrue(condition, context) ? true_step : false_step) ?? next;
  }
  const definition = parts.known.get(step.type);
  if (definition === undefined) throw new Problem('UNKNOWN_STEP', `There is no step type ${step.type}`);
  const { value, faults } = resolveTemplates(step.params, context, []);
  refuseFaults(faults);
  refuseFaults(judgeParams(definition, value));
  const result = await definition.run(value, parts.amo);
  context[outputVarOf(value, definition)] = result;
  return next;
}

function outputVarOf(params: unknown, { outputVar }: Step): string {
  const name: unknown = Object(params).output_var;
  return typeof name === 'string' ? name : outputVar;
}

function jumpOf(target: unknown): string | undefined {
  return target === undefined || target === null || target === '' ? undefined : String(target);
}
