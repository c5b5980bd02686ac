import type { Step } from '../src/steps/define-step.ts';
import { steps } from '../src/steps/index.ts';
import type { Language } from './pages.ts';
import { withRows } from './tables.ts';

const words = {
  en: { or: 'or', nothing: 'nothing', keys: 'or its keys beside it', first: 'step' },
  ru: { or: 'или', nothing: 'ничего', keys: 'или его ключи рядом', first: 'шаг' },
};

/**
 * The page with its table of steps made anew from their definitions. What a step does is in the words of the page;
 * one that the page does not have yet gets the summary of its definition.
 */
export function withStepsTable(source: string, language: Language): string {
  return withRows(source, words[language].first, (before) => {
    const told = new Map(before.map((line) => [typeOf(line), line.split(/(?<!\\)\|/)[2]?.trim()]));
    return steps.map((step) => rowOf(step, told.get(step.type) ?? step.summary, language));
  });
}

const typeOf = (row: string): string => /`(\w+)`/.exec(row)?.[1] ?? '';

function rowOf({ type, label, params, result, outputVar }: Step, does: string, language: Language): string {
  const gives = Object.keys(Object(result).properties).filter((name) => name !== 'success');
  return `| \`${type}\` (${label}) | ${does} | ${needsOf(params, language)} | ${gives.map(code).join(', ')} | \`${outputVar}\` |`;
}

interface Needs {
  required?: string[];
  properties?: Record<string, { default?: unknown }>;
  anyOf?: Needs[];
  oneOf?: Needs[];
  allOf?: Needs[];
}

function needsOf(schema: Needs, language: Language): string {
  const { or, nothing, keys } = words[language];
  const always = namesOf(schema);
  const choices = [schema, ...(schema.allOf ?? [])].flatMap(({ anyOf = [] }) => anyOf.flatMap(namesOf));
  if (choices[0] === 'update_data') return `${always.map(code).join(', ')}, \`update_data\` ${keys}`;
  const last = choices.at(-1);
  const choice = last === undefined ? '' : `${choices.slice(0, -1).map(code).join(', ')} ${or} ${code(last)}`;
  if (always.length === 0) return choice === '' ? nothing : choice;
  return [always.map(code).join(', '), choice].filter((text) => text !== '').join('; ');
}

/** What all variants need, but for what has a default. */
function namesOf({ required = [], properties = {}, oneOf = [] }: Needs): string[] {
  const [first, ...others] = oneOf;
  if (first === undefined) return required.filter((name) => properties[name]?.default === undefined);
  return namesOf(first).filter(
    (name) => name !== 'note_type' && others.every((variant) => variant.required?.includes(name)),
  );
}

const code = (name: string): string => `\`${name}\``;
