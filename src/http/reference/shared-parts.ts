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
  content: Record<string, { examples: Record<string, { value: ProblemDocument } | Reference> }>;
}

interface Reference {
  $ref: string;
}

/**
 * Moves repeated parts of the OpenAPI document into its components: schemas that have a title, failures that many
 * routes share, one example of each code, and the headers of requests.
 */
export const shareParts: SwaggerTransformObject = (made) => {
  const document = JSON.parse(JSON.stringify('openapiObject' in made ? made.openapiObject : {}));
  const { components } = document;
  document.paths = nameSchemas(document.paths, components.schemas);
  for (const { parameters = [], responses } of Object.values<object>(document.paths).flatMap<Operation>(
    Object.values,
  )) {
    for (const [index, parameter] of parameters.entries()) {
      if ('name' in parameter) parameters[index] = share('parameters', parameter.name, parameter);
    }
    for (const [status, response] of Object.entries(responses)) {
      const examples = 'content' in response ? response.content[problemType]?.examples : undefined;
      if (examples === undefined) continue;
      for (const [code, example] of Object.entries(examples)) {
        if ('value' in example && isUsual(example.value)) examples[code] = share('examples', code, example);
      }
      const name = nameOfResponse(Number(status), Object.keys(examples));
      if (name !== undefined) responses[status] = share('responses', name, response);
    }
  }
  return document;

  function share(kind: string, name: string, part: object): Reference {
    components[kind] ??= {};
    components[kind][name] ??= part;
    return { $ref: `#/components/${kind}/${name}` };
  }
};

/** A route may give a code another status; then it keeps its own example. */
function isUsual({ code, status }: ProblemDocument): boolean {
  return describeError(code).status === status;
}

/** Replaces schemas that have a title by references. */
function nameSchemas(paths: object, schemas: Record<string, unknown>): object {
  return JSON.parse(JSON.stringify(paths), (_key, part) => {
    if (part?.type !== 'object' || typeof part.title !== 'string') return part;
    schemas[part.title] ??= part;
    return { $ref: `#/components/schemas/${part.title}`, description: part.description };
  });
}
