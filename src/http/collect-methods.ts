import type { FastifyInstance } from 'fastify';

/** Tells which methods there are at an address, of the routes that are registered from now on. */
export function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { methods: string[]; parts: string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), parts: url.split('/') });
  });
  return (path) => {
    const given = path.split('/');
    const there = new Set(routes.flatMap(({ methods, parts }) => (isAt(given, parts) ? methods : [])));
    return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].filter((method) => there.has(method));
  };
}

function isAt(given: readonly string[], parts: readonly string[]): boolean {
  const fits = (part: string, index: number) => (part.startsWith(':') ? given[index] !== '' : part === given[index]);
  return given.length === parts.length && parts.every(fits);
}
