import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers are data: no page may run, frame or embed them. TLS and its HSTS belong to the proxy in front. */
export const securityHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity: false,
};

/** Swagger UI is served from here alone; it sets styles by script and shows its icons as data. */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** An onRequest hook: what a step answers is for its caller alone, failures too. Swagger UI's files may be kept. */
export async function forbidStoring({ routeOptions }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (routeOptions.config.open !== true) reply.header('cache-control', 'no-store');
}
