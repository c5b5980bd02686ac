import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';

type Told = Awaited<ReturnType<FastifyInstance['inject']>>;

/** Headers of an answer that belong to the connection, which is another one here. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'date'];
/** Swagger UI has a dozen files; a path may be spelt in many ways. */
const mostKept = 30;

/**
 * The OpenAPI document at `/openapi.json` and Swagger UI at `/docs`, where `/` leads, all open to anyone. Register it
 * before the routes.
 */
export const docs = fp(
  async (app: FastifyInstance) => {
    const routes: RouteOptions[] = [];
    /** Answers by path: a large file that many wait for is in memory once. */
    const kept = new Map<string, Told>();
    let opened: Promise<FastifyInstance> | undefined;
    const config = { open: true };
    const schema = { hide: true };
    for (const url of ['/openapi.json', '/docs', '/docs/*']) app.get(url, { config, schema }, answer);
    app.get('/', { config, schema }, (_request, reply) => reply.redirect('/docs'));
    app.addHook('onRoute', (route) => void routes.push(route));
    app.addHook('onClose', async () => (await opened)?.close());

    async function answer({ url, headers }: FastifyRequest, reply: FastifyReply) {
      const [path = url] = url.split('?');
      const told = kept.get(path) ?? (await ask(path));
      if (told.statusCode === 404) return reply.callNotFound();
      reply.headers(told.headers);
      const { etag } = told.headers;
      if (etag !== undefined && headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.code(told.statusCode).send(told.rawPayload);
    }

    async function open(): Promise<FastifyInstance> {
      const { openDocumentation } = await import('../http/reference/documentation.ts');
      return openDocumentation(routes);
    }

    async function ask(path: string): Promise<Told> {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      const told = await (await opened).inject(path);
      for (const header of ofConnection) delete told.headers[header];
      if (told.statusCode !== 404 && kept.size < mostKept) kept.set(path, told);
      return told;
    }
  },
  { name: 'docs', fastify: '5.x' },
);
