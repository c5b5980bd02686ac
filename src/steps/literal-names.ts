import type { TSchema } from 'typebox';
import type { Amo } from '../amocrm/amo.ts';
import { type GivenNames, judgeNames } from '../amocrm/directories/judge-names.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { nameParamOf } from '../schemas/named.ts';
import { firstPlaceholder } from '../templates/template.ts';
import type { Step } from './define-step.ts';

/**
 * The faults of the names in a step's params that hold no placeholder: the step fails by them whatever the placeholders
 * elsewhere come to. For params that are valid as far as they are known. Errors: those of reads.
 */
export async function literalNameFaults(step: Step, params: unknown, amo: Amo): Promise<Fault[]> {
  // What names came to is told and kept step by step: this step is not the one at hand.
  const { resolved: _, log: __, ...operation } = amo.operation;
  const faults: Fault[] = [];
  for (const { path, given } of namesIn(step.params, params, [])) {
    faults.push(...(await judgeNames({ ...amo, operation }, given, (name) => [...path, name])));
  }
  return faults;
}

interface Named {
  /** Where the object that holds them stands. */
  path: Path;
  given: GivenNames;
}

/** The literal names in an object and in the objects below it that the schema describes. */
function namesIn(schema: unknown, value: unknown, path: Path): Named[] {
  const properties: Record<string, TSchema> = Object(Object(schema).properties);
  const given = new Map<string, string>();
  const below: Named[] = [];
  for (const [key, part] of Object.entries(Object(value))) {
    if (!Object.hasOwn(properties, key)) continue;
    const name = nameParamOf(key);
    if (name === undefined || !Object.hasOwn(properties, name))
      below.push(...namesIn(properties[key], part, [...path, key]));
    else if (isLiteral(part)) given.set(name, String(part));
  }
  return given.size === 0 ? below : [{ path, given: Object.fromEntries(given) }, ...below];
}

function isLiteral(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value.trim() !== '' && firstPlaceholder(value) === undefined;
}
