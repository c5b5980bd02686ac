import { isDeepStrictEqual } from 'node:util';
import type { SwaggerTransformObject } from '@fastify/swagger';
import { describeError } from '../../problems/catalogue.ts';
import type { ProblemDocument } from '../../problems/document.ts';
import { problemType } from '../problem-replies.ts';
import { nameOfResponse } from './failure-responses.ts';

interface Operation {
  parameters?: ({ name: string } | Reference)[];
  responses: Record<string, Response | Reference>;
}

interface Response {
  description: string;
  headers?: Record<string, object>;
  content: Record<string, { examples: Record<string, { value: ProblemDocument } | Reference> }>;
}

interface Reference {
  $ref: string;
}

/**
 * Moves repeated parts of the OpenAPI document into its components: schemas that have a title, failures that many
 * routes share, one example of each code, and headers.
 */
export const shareParts: SwaggerTransformObject = (made) => {
  const named: Record<string, Named> = {};
  const document = nameSchemas('openapiObject' in made ? made.openapiObject : {}, named);
  const { components } = document;
  Object.assign(components.schemas, named);
  for (const { parameters = [], responses } of Object.values<object>(document.paths).flatMap<Operation>(
    Object.values,
  )) {
    for (const [index, parameter] of parameters.entries()) {
      if ('name' in parameter) parameters[index] = share('parameters', parameter.name, parameter);
    }
    for (const [status, response] of Object.entries(responses)) {
      if (!('content' in response)) continue;
      const { headers = {}, content } = response;
      for (const [header, part] of Object.entries(headers)) headers[header] = share('headers', header, part);
      const { [problemType]: { examples } = { examples: {} } } = content;
      for (const [code, example] of Object.entries(examples)) {
        if ('value' in example && isUsual(example.value)) examples[code] = share('examples', code, example);
      }
      const name = nameOfResponse(response.description);
      if (name !== undefined) responses[status] = share('responses', name, response);
    }
  }
  return document;

  /** What another route means by the same name stays in its place. */
  function share<T extends object>(kind: string, name: string, part: T): T | Reference {
    components[kind] ??= {};
    components[kind][name] ??= part;
    return isDeepStrictEqual(components[kind][name], part) ? { $ref: `#/components/${kind}/${name}` } : part;
  }
};

/** A route may give a code another status; then it keeps its own example. */
function isUsual({ code, status }: ProblemDocument): boolean {
  return describeError(code).status === status;
}

interface Named {
  description?: string;
}

/** Replaces schemas that have a title by references, and puts them among the named ones. */
function nameSchemas(document: object, named: Record<string, Named>): ReturnType<typeof JSON.parse> {
  return JSON.parse(JSON.stringify(document), (_key, part) => {
    if (!['object', 'array'].includes(part?.type) || typeof part.title !== 'string') return part;
    const { title, description } = part;
    named[title] ??= part;
    const $ref = `#/components/schemas/${title}`;
    return description === named[title]?.description ? { $ref } : { $ref, description };
  });
}
