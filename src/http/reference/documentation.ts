import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import packageJson from '../../../package.json' with { type: 'json' };
import { ProblemDocument } from '../../problems/document.ts';
import { stepTags } from '../../steps/tags.ts';
import { docsPolicy } from '../security-headers.ts';
import { openWhatIsFound } from './docs-filter.ts';
import { docsStyle } from './docs-style.ts';
import { documentRoute } from './document-route.ts';
import { FlatAnswer } from './flat-query.ts';
import { shareParts } from './shared-parts.ts';

const description = `amoCRM as REST steps for bot backends. POST a step document; the answer has the typed \`result\` and the
bot's \`context\` with that result under \`output_var\`. Every failure is an RFC 9457 problem document with a \`code\`,
\`retryable\`, and \`__step_error__\` in the context. Its texts are in English, or in Russian where \`Accept-Language\`
prefers \`ru\`.

Ids and integers may be sent as digits in a string, texts as numbers; optional params that are null or "" count as not
given; unknown params are refused.

Every answer has the request’s id in \`X-Request-Id\`: the caller’s own where the request has such a header (up to 64
letters, digits, \`_\`, \`.\` and \`-\`). Requests that belong to no route below fail in the same form: \`UNKNOWN_STEP\`,
\`STEP_NOT_OFFERED\` and \`NOT_FOUND\` (404), \`METHOD_NOT_ALLOWED\` (405, with \`Allow\`), \`HEADERS_TOO_LARGE\` (431:
address and headers beyond 16 KiB), \`INVALID_REQUEST\` (400: no valid HTTP).`;

const tags = [
  ...stepTags,
  { name: 'Scenarios', description: 'Running a whole scenario in one request.' },
  {
    name: 'Jobs',
    description: 'Requests that were accepted for later: `Prefer: respond-async` on a step or a scenario.',
  },
  {
    name: 'Accounts',
    description:
      'Several accounts of amoCRM in one service, and the keys of their callers: for keys of `ADMIN_KEYS` alone.',
  },
  {
    name: 'Access',
    description: 'Access to amoCRM by OAuth, allowed in a browser.',
  },
  { name: 'Service', description: 'Health and the list of steps.' },
];

/**
 * The OpenAPI document of the routes at `/openapi.json` and Swagger UI at `/docs`, in an application of their own that is
 * asked by `inject` alone: a process that shows them to nobody starts sooner and takes less memory.
 */
export async function openDocumentation(routes: readonly RouteOptions[]): Promise<FastifyInstance> {
  const app = Fastify({ exposeHeadRoutes: false, pluginTimeout: 0 });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  app.addSchema(ProblemDocument);
  app.addSchema(FlatAnswer);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'amocrm-steps',
        version: packageJson.version,
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key of API_KEYS, of POST /keys, or of ADMIN_KEYS.',
          },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same in a header of its own.' },
        },
      },
      security: [{ bearer: [] }, { apiKey: [] }],
    },
    transform: documentRoute,
    transformObject: shareParts,
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  });
  for (const { method, url, schema = {}, config = {} } of routes) {
    if (method !== 'HEAD') app.route({ method, url, schema, config, handler: async () => undefined });
  }
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'none',
      defaultModelsExpandDepth: 0,
      filter: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // A key in the browser's storage would outlive the visit.
      persistAuthorization: false,
      plugins: [openWhatIsFound],
    },
    theme: { title: 'amocrm-steps', css: [{ filename: 'theme.css', content: docsStyle }] },
    staticCSP: docsPolicy,
  });
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
  return app;
}
