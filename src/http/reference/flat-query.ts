import { Type } from 'typebox';
import { flatParam, flatSeconds } from '../flat/flat-param.ts';

const description = `\`flat\`: for builders that read only 2xx answers and plain paths. Without \`params\` the body’s top-level keys that
are params of the step are its params (others are ignored, unless they read like one), and the body may be a form (application/x-www-form-urlencoded): values are text, lists
repeated keys, \`custom_fields[Источник]=Telegram\` a key of an object. The answer is 200 whatever the step comes to (what is
refused before it begins with 401, 403, 404, 413, 415 or 421 keeps that status): one object of scalars, at most 16 KiB, without
nesting and \`context\`. \`ok\`, \`code\` ("" where ok), \`error\` (the whole \`__step_error__\`, "" where ok), \`detail\` and \`retryable\`
come first, \`warning\` where something was probably not meant so, then the result’s own scalars. An entity adds \`contact_id\`, \`contact_name\`, \`contact_phone\`, \`contact_field_<name>\`
and so on, a list \`<name>_count\` and, for its first ten, \`<name>_1_id\`, \`<name>_1_name\` …; null is "". \`truncated\` is true where
something did not fit. The step has ${flatSeconds} seconds at most.`;

/** Every flat answer. */
export const FlatAnswer = Type.Object(
  {
    ok: Type.Boolean({ description: 'Whether the step has happened.' }),
    code: Type.String({ description: 'The kind of problem, for programs; "" where ok.' }),
    error: Type.String({ description: '`AmoCRM <step>: <what happened>`, in Russian; "" where ok.' }),
    detail: Type.String({ description: 'What happened this time; "" where ok.' }),
    retryable: Type.Boolean({ description: 'Whether sending the same request again can help and cannot do harm.' }),
    warning: Type.Optional(
      Type.String({ description: 'What was probably not meant so, such as a variable that was not filled in.' }),
    ),
    truncated: Type.Optional(
      Type.Literal(true, { description: 'Something was cut or left out to stay within 16 KiB.' }),
    ),
  },
  {
    $id: 'FlatAnswer',
    description: 'The answer of a step with `?answer=flat`, with status 200; further scalars come from its result.',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  },
);

/** The query parameter for flat answers. */
export const flatQuery = {
  [flatParam]: Type.Optional(Type.Literal('flat', { description: description.replaceAll('\n', ' ') })),
};
