import { paramMessages } from '../messages/params.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { givenPath } from '../schemas/aliases.ts';
import { cut } from '../text/names.ts';
import type { Step } from './define-step.ts';

/** Params by which a person is known. A phone without digits is refused anyhow. */
const identities = ['telegram_id', 'phone', 'email'] as const;

/** A variable as builders write it: `#{x}`, `${x}`, `{{x}}`, `%x%`, `$x`, `[[x]]`, `<x>`. In one brace only a template has it. */
const variable = /[#$%]\{[^{}]*\}|\{\{[^{}]*\}\}/;
const wholeVariable =
  /^(?:[#$%]\{[^{}]*\}|\{\{[^{}]*\}\}|%[\p{L}\p{N}_.]+%|\$[\p{L}_][\p{L}\p{N}_.]*|\[\[[^[\]]*\]\]|<[^<>]*>)$/u;
/** What programs write where they have no value, and people too. */
const unset = /^(?:undefined|null|\[object Object\])$/;
const noValue = /^(?:undefined|null|none|nil|nan|\[object Object\]|n\/a|нет)$/i;

/**
 * Faults for identities that a bot has not filled in: equal for everybody, they would make one person of all. `query`
 * and the values of `match_fields` may be any text, so there only what is nothing but a variable. `unknown`: paths of
 * values that are not known yet.
 */
export function unfilledIdentities({ params: schema }: Step, params: unknown, unknown: readonly Path[]): Fault[] {
  // Other steps write a phone, and look for nobody.
  if (Object(Object(schema).properties).telegram_id === undefined) return [];
  const left = new Set(unknown.map((path) => path.join('.')));
  const { query, match_fields: fields } = Object(params);
  return [
    ...identities.flatMap((name) =>
      isUnfilled(Object(params)[name]) && !isNoPhone(name, Object(params)[name]) ? [[name]] : [],
    ),
    ...(isVariable(query) ? [['query']] : []),
    ...Object.entries(Object(fields)).flatMap(([name, value]) => (isVariable(value) ? [['match_fields', name]] : [])),
  ]
    .map((path) => ({ path: givenPath(params, path), value: path.reduce((part, key) => Object(part)[key], params) }))
    .filter(({ path }) => !left.has(path.join('.')))
    .map(({ path, value }) => ({ path, message: paramMessages.unfilled(cut(String(value))), code: 'INVALID_REQUEST' }));
}

function isUnfilled(value: unknown): boolean {
  return isVariable(value) || (typeof value === 'string' && (variable.test(value) || noValue.test(value.trim())));
}

function isVariable(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = value.trim();
  return unset.test(text) || wholeVariable.test(text);
}

/** The schema tells of it. */
function isNoPhone(name: string, value: unknown): boolean {
  return name === 'phone' && !/\d/.test(String(value)) && !wholeVariable.test(String(value).trim());
}
