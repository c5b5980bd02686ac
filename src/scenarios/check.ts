import type { Message } from '../messages/message.ts';
import { paramMessages } from '../messages/params.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { mostFaults } from '../schemas/schema-faults.ts';
import type { Step } from '../steps/define-step.ts';
import { dryRunFaults } from '../steps/dry-run-param.ts';
import { missingParams } from '../steps/hints.ts';
import { judgeParams } from '../steps/judge.ts';
import { nearTypes } from '../steps/near-types.ts';
import { adviceFor } from '../steps/not-offered.ts';
import { mistakeIn } from '../templates/condition.ts';
import { placesOfPlaceholders } from '../templates/unfilled.ts';
import { cut } from '../text/names.ts';
import { conditional, end, nameOf, type ScenarioStep } from './document.ts';

/**
 * Returns the faults of a scenario before it runs: types, ids, jumps, and params that cannot be valid. Stops looking once
 * there are far more than are reported.
 */
export async function checkScenario(
  steps: readonly ScenarioStep[],
  { known, isLarge, context = {} }: Pick<CheckOptions, 'known' | 'isLarge'> & { context?: object | undefined },
): Promise<Fault[]> {
  const variables = new Set(steps.map((step) => outputVarOf(step, known)));
  const isVariable = (name: string) => variables.has(name) || Object.hasOwn(context, name);
  const names = new Map<string, number>();
  const twins = steps.flatMap((step, index) => {
    const name = nameOf(step, index);
    const taken = names.has(name);
    names.set(name, index);
    return taken ? [fault(['steps', index, 'id'], scenarioMessages.twinId(cut(name)))] : [];
  });
  const faults = [...twins];
  for (const [index, step] of steps.entries()) {
    if (faults.length >= mostFaults) break;
    faults.push(...checkJump(step.next_step, ['steps', index, 'next_step'], names));
    faults.push(...dryRunFaults(step).map((found) => ({ ...found, path: ['steps', index, ...found.path] })));
    faults.push(...(await checkStep(step, ['steps', index], { known, names, isVariable, isLarge })));
  }
  return faults;
}

type Names = ReadonlyMap<string, number>;

interface CheckOptions {
  known: ReadonlyMap<string, Step>;
  names: Names;
  /** Whether the context has a variable of that name, or will have. */
  isVariable(name: string): boolean;
  /** Whether others get their turn between the parts of the work. */
  isLarge?: boolean | undefined;
}

async function checkStep(step: ScenarioStep, path: Path, options: CheckOptions): Promise<Fault[]> {
  const { known, isLarge } = options;
  if (step.type === end) return [];
  if (step.type === conditional) return checkBranches(step.params ?? {}, [...path, 'params'], options);
  const definition = known.get(step.type);
  if (definition === undefined) {
    return [
      fault([...path, 'type'], adviceFor(step.type) ?? unknownType(step.type, [...known.keys(), conditional, end])),
    ];
  }
  if (step.params === undefined) return [fault([...path, 'params'], missingParams(definition.params, step))];
  // Faults that remain whatever the values of the placeholders.
  const unknown = placesOfPlaceholders(step.params);
  const { faults } = await judgeParams(definition, step.params, { unknown, isLarge });
  return faults.map((found) => ({ ...found, path: [...path, 'params', ...found.path] }));
}

function unknownType(type: string, types: readonly string[]): Message {
  const near = nearTypes(type, types);
  const { unknownType: unknown, unknownTypeNear } = scenarioMessages;
  return near.length === 0 ? unknown(cut(type)) : unknownTypeNear(cut(type), near.join(', '));
}

const branchKeys = ['condition', 'true_step', 'false_step'] as const;

function checkBranches(
  params: Record<string, unknown>,
  path: Path,
  { names, isVariable }: Pick<CheckOptions, 'names' | 'isVariable'>,
): Fault[] {
  const known = new Set<string>(branchKeys);
  const strange = Object.keys(params).filter((key) => !known.has(key));
  return [
    ...strange.map((key) => fault([...path, key], scenarioMessages.noConditionalParam(branchKeys.join(', ')))),
    ...(params.condition === undefined ? [fault([...path, 'condition'], paramMessages.required)] : []),
    ...checkCondition(params.condition, [...path, 'condition'], isVariable),
    ...checkJump(params.true_step, [...path, 'true_step'], names),
    ...checkJump(params.false_step, [...path, 'false_step'], names),
  ];
}

function checkCondition(condition: unknown, path: Path, isVariable: CheckOptions['isVariable']): Fault[] {
  const mistake = mistakeIn(condition, isVariable);
  if (mistake === undefined) return [];
  const { badCondition, bareVariable } = scenarioMessages;
  return [fault(path, mistake.kind === 'bare' ? bareVariable(cut(mistake.variable)) : badCondition)];
}

/** The variable under which a step leaves its result. */
function outputVarOf({ type, params }: ScenarioStep, known: ReadonlyMap<string, Step>): unknown {
  return params?.output_var ?? known.get(type)?.outputVar;
}

function checkJump(target: unknown, path: Path, names: Names): Fault[] {
  if (target === undefined || target === null || target === '') return [];
  if (typeof target !== 'string' && typeof target !== 'number') return [fault(path, scenarioMessages.mustBeStep)];
  const name = String(target);
  if (names.has(name)) return [];
  return [fault(path, name === end ? scenarioMessages.noEndThere : scenarioMessages.leadsNowhere(cut(name)))];
}

function fault(path: Path, message: Message): Fault {
  return { path, message, code: 'INVALID_REQUEST' };
}
