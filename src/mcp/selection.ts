import type { Step } from '../steps/define-step.ts';
import { stepTags } from '../steps/tags.ts';

/** Groups whose steps are tools unless MCP_STEPS says otherwise. */
const usual = 'contacts,leads,tasks,notes,companies,search';

/** Words by which the groups of the documentation are chosen: the first of each. */
const groups = new Map(stepTags.map(({ name }) => [wordOf(name), name]));

/**
 * The steps that are tools: `chosen` lists types and groups with commas. Throws an Error that names a word which is
 * neither, and what is.
 */
export function selectSteps(steps: readonly Step[], chosen = usual): Step[] {
  const words = chosen
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const known = new Set(steps.map(({ type }) => type));
  const stray = words.find((word) => !known.has(word) && !groups.has(word.toLowerCase()));
  if (stray !== undefined) {
    throw new Error(`"${stray}" is neither a step type nor one of the groups ${[...groups.keys()].join(', ')}`);
  }
  const types = new Set(words);
  const tags = new Set(words.map((word) => groups.get(word.toLowerCase())));
  return steps.filter(({ type, tag }) => types.has(type) || tags.has(tag));
}

function wordOf(tag: string): string {
  return tag.split(' ')[0]?.toLowerCase() ?? '';
}
