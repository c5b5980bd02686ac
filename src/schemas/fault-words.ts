import type { FastifySchemaValidationError } from 'fastify';
import { entityMessages } from '../messages/entities.ts';
import type { Message } from '../messages/message.ts';
import { paramMessages } from '../messages/params.ts';
import { inRussian } from './localize.ts';
import {
  accountIdPattern,
  callerNamePattern,
  degreesPattern,
  phonePattern,
  reservedVariables,
  soughtPhonePattern,
  variablePattern,
} from './patterns.ts';

/** An error of the validator, which tells more than Fastify knows. */
export interface AjvFault extends FastifySchemaValidationError {
  parentSchema?: Record<string, unknown>;
  /** The value in question. */
  data?: unknown;
}

const patterns = new Map<unknown, Message>([
  ['\\S', paramMessages.blank],
  [variablePattern, paramMessages.outputVar],
  [accountIdPattern, paramMessages.accountId],
  [callerNamePattern, paramMessages.callerName],
  [degreesPattern, paramMessages.degrees],
  [phonePattern, entityMessages.noDigits],
  [soughtPhonePattern, entityMessages.noNumber],
]);

const messages: Record<string, (error: AjvFault) => Message> = {
  anyOf: ({ parentSchema }) => paramMessages.needsOneOf(alternatives(parentSchema?.anyOf).join(', ')),
  enum: ({ params }) => paramMessages.mustBeOneOf(listOf(params.allowedValues)),
  const: ({ params }) => paramMessages.mustBe(JSON.stringify(params.allowedValue)),
  minimum: ({ params }) => paramMessages.atLeast(Number(params.limit)),
  maximum: ({ params }) => paramMessages.atMost(Number(params.limit)),
  minLength: (error) => (error.params.limit === 1 ? paramMessages.blank : byLibrary(error)),
  type: ({ params }) => paramMessages.wrongType(String(params.type)),
  pattern: ({ parentSchema: { pattern, examples } = {}, data }) =>
    pattern === variablePattern && reservedVariables.includes(data)
      ? paramMessages.reservedName
      : (patterns.get(pattern) ?? formOf(examples)),
};

/** What a keyword's error says, in words for people who have not seen the schema. */
export function messageOf(error: AjvFault): Message {
  return (messages[error.keyword] ?? byLibrary)(error);
}

/** Keywords whose message says what a value should be, so that it says what it is, too. */
const namesValue = new Set(['type', 'enum', 'const', 'minimum', 'maximum']);

/** Whether the value is told beside what is wrong with it: of a pattern only a name's, since others may be of secrets. */
export function isValueTold({ keyword, parentSchema }: AjvFault): boolean {
  return namesValue.has(keyword) || (keyword === 'pattern' && parentSchema?.pattern === variablePattern);
}

/** A pattern says nothing to people: an example does. */
function formOf(examples: unknown): Message {
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return example === undefined ? paramMessages.otherForm : paramMessages.notTaken(String(example));
}

/** Ajv's own words, and ajv-i18n's. */
function byLibrary(error: AjvFault): Message {
  const { message = '' } = error;
  return { en: message, ru: inRussian(error) };
}

function alternatives(anyOf: unknown): string[] {
  const branches: unknown[] = Array.isArray(anyOf) ? anyOf : [];
  return branches.flatMap((branch) => namesOf(Object(branch).required));
}

/** The names in a schema's `required`. */
export function namesOf(required: unknown): string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? [...new Set(values.map(String))].join(', ') : '';
}
