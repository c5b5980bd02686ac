import type { FastifyInstance } from 'fastify';
import { nearest } from '../text/names.ts';

export interface Addresses {
  methodsOf(path: string): string[];
  /** The address that a path was probably meant for; none with a part that differs from request to request. */
  near(path: string): string | undefined;
}

/** Tells which addresses there are and by which methods, of the routes that are registered from now on. */
export function collectAddresses(app: FastifyInstance): Addresses {
  const routes: { methods: string[]; parts: string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), parts: url.split('/') });
  });
  return {
    methodsOf(path) {
      const given = path.split('/');
      const there = new Set(routes.flatMap(({ methods, parts }) => (isAt(given, parts) ? methods : [])));
      return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].filter((method) => there.has(method));
    },
    near(path) {
      const whole = routes.map(({ parts }) => parts.join('/')).filter((url) => !/[:*]|^\/steps\/|^\/$/.test(url));
      return whole.find((url) => url.startsWith(`${path}/`)) ?? nearest(path, whole)[0];
    },
  };
}

function isAt(given: readonly string[], parts: readonly string[]): boolean {
  const fits = (part: string, index: number) => (part.startsWith(':') ? given[index] !== '' : part === given[index]);
  return given.length === parts.length && parts.every(fits);
}
