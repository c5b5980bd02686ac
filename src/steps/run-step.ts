import { setImmediate } from 'node:timers/promises';
import type { Amo } from '../amocrm/amo.ts';
import type { Message } from '../messages/message.ts';
import { asProblem, type Fault, type Path, withPaths } from '../problems/problem.ts';
import { givenPath } from '../schemas/aliases.ts';
import type { Context } from '../templates/look-up.ts';
import { type Resolved, resolveTemplates } from '../templates/resolve.ts';
import { createTextBudget, type TextBudget } from '../templates/text-budget.ts';
import { judgeUnfilled } from '../templates/unfilled.ts';
import type { Step } from './define-step.ts';
import { phoneWarnings } from './doubtful-phones.ts';
import { judgeParams } from './judge.ts';

export interface StepOutcome {
  outputVar: string;
  result: { success: true };
  /** The context with the result under `outputVar`, without an old `__step_error__`. */
  context: Record<string, unknown>;
  /** About what was probably not intended; absent when there are none. */
  warnings?: Message[];
}

export interface PreparedStep {
  /** Faults that keep the step from running; paths begin at the params. */
  faults: Fault[];
  /** Runs the step; only for a step without faults. Paths of a failure have the caller's own names. */
  run(amo: Amo): Promise<StepOutcome>;
}

export interface PrepareOptions {
  /** Without one a param that is nothing but a placeholder is a fault. */
  context: Context | undefined;
  budget?: TextBudget;
  /** Told first. */
  warned?: readonly Message[];
  /** Whether others get their turn between the parts of the work. */
  isLarge?: boolean | undefined;
}

/**
 * Resolves the templates of a step's params and validates the result. Neither the params nor the context are changed.
 * Throws CONTEXT_TOO_LARGE.
 */
export async function prepareStep(
  step: Step,
  given: unknown,
  { context, budget = createTextBudget(), warned = [], isLarge = false }: PrepareOptions,
): Promise<PreparedStep> {
  const { value, faults, warnings } = fillIn(given, context, budget);
  const unresolved = faults.map(({ path }) => path);
  if (isLarge) await setImmediate();
  const judged = await judgeParams(step, value, { unknown: unresolved, isLarge });
  return {
    faults: [...faults, ...judged.faults],
    async run(amo) {
      const { output_var: _, ...params } = Object(judged.params);
      const given = (path: Path) => givenPath(judged.params, path);
      amo.operation.resolved?.noteMadeUp(judged.params, given);
      const { warnings: own = [], ...told } = await step.run(params, amo).catch((error: unknown) => {
        throw withPaths(asProblem(error), given);
      });
      const result = { success: true as const, ...told };
      const outputVar = outputVarOf(judged.params) ?? step.outputVar;
      const outcome = { outputVar, result, context: contextWith(context, outputVar, result) };
      if (isLarge) await setImmediate();
      const doubts = step.effects === 'writes' ? phoneWarnings(judged.params) : [];
      const all = [...warned, ...warnings, ...doubts, ...own];
      return all.length === 0 ? outcome : { ...outcome, warnings: all };
    },
  };
}

/** One copy: that of a context of 50,000 variables takes 20 ms. */
function contextWith(context: Context | undefined, name: string, result: object): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...context, [name]: result };
  if (Object.hasOwn(filled, '__step_error__')) delete filled.__step_error__;
  return filled;
}

function fillIn(given: unknown, context: Context | undefined, budget: TextBudget): Resolved {
  if (context === undefined) return { value: given, ...judgeUnfilled(given, []) };
  return resolveTemplates(given, { context, budget }, []);
}

function outputVarOf(params: unknown): string | undefined {
  const name: unknown = Object(params).output_var;
  return typeof name === 'string' ? name : undefined;
}
