import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.ts';
import { cut } from '../text/names.ts';

/** Refuses a POST with query parameters: no route takes any, and one that is ignored in silence would be taken for granted. */
export const noQuery = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async ({ method, is404, query }) => {
      const [name] = Object.keys(Object(query));
      if (method !== 'POST' || is404 || name === undefined) return;
      throw new Problem('INVALID_REQUEST', `This route takes no query parameters, but "${cut(name)}" was sent`);
    });
  },
  { name: 'no-query', fastify: '5.x', dependencies: ['auth', 'problems'] },
);
