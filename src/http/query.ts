import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { cut } from '../text/names.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The query parameters that a POST takes; without it none. */
    query?: readonly string[];
  }
}

/** Refuses query parameters that a POST does not take: one that is ignored in silence would be taken for granted. */
export const query = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async ({ method, is404, query, routeOptions }) => {
      if (method !== 'POST' || is404) return;
      const { query: taken = [] } = routeOptions.config;
      const name = Object.keys(Object(query)).find((key) => !taken.includes(key));
      if (name === undefined) return;
      const { noQuery, otherQuery } = requestMessages;
      const sent = cut(name);
      throw new Problem('INVALID_REQUEST', taken.length === 0 ? noQuery(sent) : otherQuery(taken.join(', '), sent));
    });
  },
  { name: 'query', fastify: '5.x', dependencies: ['auth', 'problems'] },
);
