import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';

const description = `Makes it safe to send the request again, whatever became of it: 1 to 255 visible ASCII characters, such as a UUID,
a new key for each new request, the same key for each repetition. A success that wrote is kept for 24 hours after the last change
and answered again to the letter. A failure is never repeated from memory: the request goes on where it stopped, writes
that are finished are not done again, one of unknown fate is looked up first (and done only when it is still absent 60
seconds after). What the finished writes went by (the contact or lead that was found, what names came to) stays so, though
somebody may have changed it in amoCRM meanwhile. The same key with another route or body is 422, while the request is being worked on 409. Each caller has
keys of their own.`;

/** What is said of a key that comes with another request than the first one, and what to do. */
const headers = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      // No example: Swagger UI would send it with every request in "Try it out".
      description: description.replaceAll('\n', ' '),
    }),
  ),
});

export const replayed = {
  'Idempotency-Replayed': {
    type: 'string',
    enum: ['true'],
    description: 'There when the answer is that of an earlier request with the same Idempotency-Key.',
  },
};

/** Adds the header, and the mark of a replayed answer, to a route's documentation. */
export function documentKey(route: RouteOptions): void {
  const { config = {}, schema = {} } = route;
  const { document = () => ({}) } = config;
  route.config = { ...config, document: () => withKey({ ...schema, ...document() }) };
}

function withKey({ headers: others, response, ...schema }: FastifySchema): FastifySchema {
  const { properties = {} } = Object(others);
  const { 200: success, ...failures } = Object(response);
  return {
    ...schema,
    headers: Type.Object({ ...properties, ...headers.properties }),
    response: { 200: { ...success, headers: replayed }, ...failures },
  };
}
