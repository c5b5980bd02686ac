import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { languages } from '../../messages/message.ts';

const Header = Type.Object({
  'Accept-Language': Type.Optional(
    // No example: Swagger UI would send it with every request in "Try it out".
    Type.String({
      pattern: '^[ -~]*$',
      description:
        'The language of `title`, `detail` and `errors[].message` of a failure and of `warnings`: Russian where `ru` is ' +
        'preferred, else English. A job keeps it for its `warnings` and its callback. Codes, paths and `__step_error__` never change.',
    }),
  ),
});

/** The header of answers with texts of ours. */
export const contentLanguage = {
  'Content-Language': {
    type: 'string',
    enum: [...languages],
    description: 'The language of the texts: see `Accept-Language`. The answer has `Vary: Accept-Language` too.',
  },
};

/** The schema with the header that chooses the language. */
export function withLanguage({ headers, ...schema }: FastifySchema): FastifySchema {
  const { properties = {} } = Object(headers);
  return { ...schema, headers: Type.Object({ ...properties, ...Header.properties }) };
}
