import type { Step } from '../steps/define-step.ts';
import { stepTags } from '../steps/tags.ts';

/** Groups whose steps are tools unless MCP_STEPS says otherwise. */
const usual = 'contacts,leads,tasks,notes,companies,search';

/** Words by which the groups of the documentation are chosen: the first of each. */
const groups = new Map(stepTags.map(({ name }) => [wordOf(name), name]));

export const groupWords = [...groups.keys()];

/** The first word of the list that is neither a step type nor a group. */
export function strayWord(steps: readonly Step[], chosen = usual): string | undefined {
  const known = new Set(steps.map(({ type }) => type));
  return wordsIn(chosen).find((word) => !known.has(word) && !groups.has(word.toLowerCase()));
}

/** The steps that are tools: `chosen` lists types and groups with commas. */
export function selectSteps(steps: readonly Step[], chosen = usual): Step[] {
  const words = wordsIn(chosen);
  const types = new Set(words);
  const tags = new Set(words.map((word) => groups.get(word.toLowerCase())));
  return steps.filter(({ type, tag }) => types.has(type) || tags.has(tag));
}

function wordsIn(list: string): string[] {
  return list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function wordOf(tag: string): string {
  return tag.split(' ')[0]?.toLowerCase() ?? '';
}
