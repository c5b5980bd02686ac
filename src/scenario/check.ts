import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Fault, Path } from '../errors.ts';
import type { Step } from '../steps/define-step.ts';
import { conditional, end, nameOf, type ScenarioStep } from './document.ts';
import type { ParamsJudge } from './params.ts';

const jump = Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()]));
const branching = Compile(
  Type.Object({ condition: Type.Unknown(), true_step: jump, false_step: jump }, { additionalProperties: false }),
);

/** Everything that is wrong with a scenario before it runs: types, ids, jumps, and params that cannot be valid. */
export function checkScenario(
  steps: readonly ScenarioStep[],
  known: ReadonlyMap<string, Step>,
  judge: ParamsJudge,
): Fault[] {
  const names = new Map<string, number>();
  const twins = steps.flatMap((step, index) => {
    const name = nameOf(step, index);
    const taken = names.has(name);
    names.set(name, index);
    return taken ? [fault(['steps', index, 'id'], `is the id of another step too: ${name}`)] : [];
  });
  const faults = steps.flatMap((step, index) => [
    ...checkJump(step.next_step, ['steps', index, 'next_step'], names),
    ...checkStep(step, ['steps', index], known, judge, names),
  ]);
  return [...twins, ...faults];
}

type Names = ReadonlyMap<string, number>;

function checkStep(
  step: ScenarioStep,
  path: Path,
  known: ReadonlyMap<string, Step>,
  judge: ParamsJudge,
  names: Names,
): Fault[] {
  if (step.type === end) return [];
  if (step.type === conditional) return checkBranches(step.params ?? {}, [...path, 'params'], names);
  const definition = known.get(step.type);
  if (definition === undefined) {
    return [
      fault(
        [...path, 'type'],
        `there is no step type ${step.type}; types: ${[...known.keys(), conditional, end].join(', ')}`,
      ),
    ];
  }
  if (step.params === undefined) return [fault([...path, 'params'], 'is required')];
  return judge
    .possible(definition, step.params)
    .map((found) => ({ ...found, path: [...path, 'params', ...found.path] }));
}

function checkBranches(params: Record<string, unknown>, path: Path, names: Names): Fault[] {
  const [wrong] = branching.Errors(params);
  if (wrong !== undefined) {
    const key = wrong.instancePath.split('/')[1];
    const message = `a conditional takes condition, true_step and false_step; ${wrong.message}`;
    return [fault(key === undefined ? path : [...path, key], message)];
  }
  return (['true_step', 'false_step'] as const).flatMap((key) => checkJump(params[key], [...path, key], names));
}

function checkJump(target: unknown, path: Path, names: Names): Fault[] {
  if (target === undefined || target === null || target === '' || names.has(String(target))) return [];
  return [fault(path, `leads to no step: ${String(target)}`)];
}

function fault(path: Path, message: string): Fault {
  return { path, message, code: 'INVALID_REQUEST' };
}
