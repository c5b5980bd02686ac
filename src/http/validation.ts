import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { validator } from '../schemas/validator.ts';

export const validation = fp(
  async (app: FastifyInstance) => {
    app.setValidatorCompiler<object>(({ schema }) => validator.compile(schema));
  },
  { name: 'validation', fastify: '5.x' },
);
