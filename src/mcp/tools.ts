import type { Step } from '../steps/define-step.ts';
import { compactSchema } from './compact-schema.ts';

/** A step as the Model Context Protocol describes tools. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
}

/** The argument that makes a call of a writing tool a dry run. */
export const dryRunArgument = 'dry_run';

const dryRun = { type: 'boolean', description: 'true: nothing is written; tells what would be' };

/** Verbs of steps that change or take away what is there. */
const destructive = new Set(['update', 'move', 'delete', 'unlink', 'remove', 'set', 'close', 'complete']);
/** Verbs of writing steps that do no more when they are carried out twice. */
const repeatable = new Set([...destructive, 'link', 'add']);

export function toolOf({ type, label, summary, params, effects }: Step): Tool {
  const [, verb = '', ...object] = type.split('_');
  const isReading = effects === 'reads';
  const isChanging = destructive.has(verb) || 'update_data' in Object(Object(params).properties);
  const isNote = object.includes('note');
  return {
    name: type,
    title: label,
    description: summary,
    inputSchema: { type: 'object', ...compactSchema(params, isReading ? {} : { [dryRunArgument]: dryRun }) },
    annotations: {
      readOnlyHint: isReading,
      destructiveHint: !isReading && isChanging,
      idempotentHint: isReading || (repeatable.has(verb) && !isNote),
      openWorldHint: false,
    },
  };
}
