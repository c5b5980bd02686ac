import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { validator } from '../schemas/validator.ts';

export const validation = fp(
  async (app: FastifyInstance) => {
    app.setValidatorCompiler<object>(({ schema }) => judgeOf(() => schema));
  },
  { name: 'validation', fastify: '5.x' },
);

/** Validates by a schema that is compiled when the first request comes: a bot uses few of the routes. */
export function judgeOf(schema: () => object) {
  let validate: ReturnType<typeof validator.compile> | undefined;
  return (value: unknown) => {
    validate ??= validator.compile(schema());
    return validate(value) ? { value } : { error: validate.errors ?? [] };
  };
}
