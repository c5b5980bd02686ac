import type { SwaggerTransform } from '@fastify/swagger';
import { withLanguage } from './language-headers.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Makes the parts of the route's schema that serve the OpenAPI document alone. It is called when the document is asked
     * for: a process that nobody asks for it holds none of them.
     */
    document?: () => FastifySchema;
  }
}

/** The schema of a route for the OpenAPI document. */
export const documentRoute: SwaggerTransform = ({ schema, url, route }) => ({
  schema: withLanguage({ ...schema, ...route.config?.document?.() }),
  url,
});
