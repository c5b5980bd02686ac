import { setImmediate } from 'node:timers/promises';
import { valueAt } from '../problems/document-order.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { givenPath } from '../schemas/aliases.ts';
import { faultsOfValidation, mostFaults, type Reading, type ValidationFault } from '../schemas/schema-faults.ts';
import { validator } from '../schemas/validator.ts';
import type { Step } from './define-step.ts';
import { hintFor } from './hints.ts';
import { unfilledIdentities } from './unfilled-identities.ts';

export interface Judged {
  /** A copy of the params as the step takes them: ids as numbers, defaults filled in. */
  params: unknown;
  faults: Fault[];
}

export interface JudgeOptions {
  /** Paths of values that are not known yet. */
  unknown: readonly Path[];
  /** Whether others get their turn between the parts of the work. */
  isLarge?: boolean | undefined;
}

/**
 * Validates params by the step's schema and rules, and refuses identities that nobody has filled in; paths have the
 * caller's own names. Values at the paths in `unknown` are not known yet, so faults there are left out. A fault
 * elsewhere is left out too if it goes away without these values, since each may come to nothing. Where such a path is
 * the tag of a `discriminator`, Ajv checks none of its variants.
 */
export async function judgeParams(step: Step, given: unknown, options: JudgeOptions): Promise<Judged> {
  const { unknown, isLarge = false } = options;
  const { params, faults } = await judgeGiven(step, given, isLarge);
  const certain = unknown.length === 0 ? faults : await certainOf(faults, step, given, options);
  const unfilled = unfilledIdentities(step, params, unknown);
  // That a variable was not filled in says more than that it has no digits.
  const told = new Set(unfilled.map(({ path }) => keyOf(path)));
  const left = certain.filter(({ path }) => !told.has(keyOf(path)));
  return { params, faults: [...left, ...unfilled, ...faultsByRules(step, params, faults, unknown)] };
}

/** The faults by those rules of the step whose params are known and valid. */
function faultsByRules(
  { rules = [] }: Step,
  params: unknown,
  faults: readonly Fault[],
  unknown: readonly Path[],
): Fault[] {
  const open = new Set([...unknown, ...faults.map(({ path }) => path)].map(([name]) => name));
  // Of so many faults some have not been looked for; one without a name is of the params as a whole.
  if (faults.length >= mostFaults || open.has(undefined)) return [];
  return rules
    .filter(({ reads }) => !reads.some((name) => open.has(givenPath(params, [name])[0])))
    .flatMap((rule) => rule.judge(params))
    .map((fault) => ({ ...fault, path: givenPath(params, fault.path) }));
}

/** Those of the faults that no values at the `unknown` paths could mend; an unknown name is wrong with any value. */
async function certainOf(
  faults: readonly ValidationFault[],
  step: Step,
  given: unknown,
  { unknown, isLarge = false }: JudgeOptions,
): Promise<Fault[]> {
  const places = new Set(unknown.map(keyOf));
  const others = faults.filter(({ path, kind }) => kind === 'unknown' || !isWithin(path, places));
  if (others.length === 0) return [];
  if (isLarge) await setImmediate();
  const known = without(given, unknown);
  if (isLarge) await setImmediate();
  const bare = await judgeGiven(step, known, isLarge);
  const words = new Set(bare.faults.map(wordsOf));
  return others.filter((fault) => fault.kind === 'unknown' || words.has(wordsOf(fault)));
}

async function judgeGiven(step: Step, given: unknown, isLarge: boolean) {
  const params = copyOf(given);
  if (isLarge) await setImmediate();
  const validate = validator.compile(step.params);
  const reading: Reading = {
    hint: (fault) => hintFor(step.params, params, fault),
    sentAt: (path) => valueAt(given, givenPath(params, path)),
  };
  const found = validate(params) ? [] : (validate.errors ?? []);
  if (isLarge) await setImmediate();
  const errors = faultsOfValidation(found, reading);
  const placed = errors.map((fault) => ({ ...fault, path: givenPath(params, fault.path) }));
  // Words of one text share their place.
  return { params, faults: [...new Map(placed.map((fault) => [wordsOf(fault), fault])).values()] };
}

function wordsOf({ path, message }: Fault): string {
  return JSON.stringify([path, message]);
}

/** The params without the keys at these paths. Elements of lists stay: the others keep their places. */
function without(given: unknown, paths: readonly Path[]): unknown {
  const left = copyOf(given);
  for (const path of paths) {
    const holder = valueAt(left, path.slice(0, -1));
    if (!Array.isArray(holder)) Reflect.deleteProperty(Object(holder), String(path.at(-1)));
  }
  return left;
}

/**
 * A copy of a JSON value; several times as fast as `structuredClone`, which matters for 50,000 keys. Half of a surrogate
 * pair, as a bot leaves it that cuts an emoji, becomes U+FFFD: amoCRM would refuse the whole call.
 */
function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copied: Record<string, unknown> = {};
  // Twice as fast as entries.
  for (const key of Object.keys(value)) copied[key] = copyOf(Reflect.get(value, key));
  return copied;
}

function isWithin(path: Path, places: ReadonlySet<string>): boolean {
  return Array.from({ length: path.length + 1 }, (_, end) => path.slice(0, end)).some(has);

  function has(start: Path): boolean {
    return places.has(keyOf(start));
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}
