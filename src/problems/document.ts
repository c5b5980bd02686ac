import { type Static, Type } from 'typebox';
import { errorCodes } from './catalogue.ts';

const StepReport = Type.Object({
  id: Type.String({ description: 'The step’s id, or its place from 1 on.' }),
  type: Type.String({ description: 'The step’s type.' }),
  status: Type.Enum(['ok', 'failed'], { type: 'string', description: 'How it ended.' }),
  duration_ms: Type.Integer({ description: 'How long it took, in milliseconds.' }),
});
export type StepReport = Static<typeof StepReport>;

export const StepReports = Type.Array(StepReport, {
  title: 'StepReports',
  description: 'The executed steps, in order.',
});

const Written = Type.Object({
  entity_type: Type.String({ description: 'The list it is in: contacts, leads, notes and so on.' }),
  id: Type.Union([Type.Integer(), Type.String()], {
    description: 'The id in amoCRM; a text for what amoCRM knows by no number.',
  }),
});
/** An entity or note that amoCRM has confirmed. */
export type Written = Static<typeof Written>;

/** Every failure of the service. Source: RFC 9457, with the extensions that this schema describes. */
export const ProblemDocument = Type.Object(
  {
    type: Type.Literal('about:blank', { description: 'The code tells the kind of problem.' }),
    title: Type.String({ description: 'The kind of problem, in the language of `Content-Language`.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    code: Type.Enum(errorCodes, { type: 'string', description: 'The kind of problem, for programs.' }),
    detail: Type.String({
      description: 'What happened this time and what to do, in the language of `Content-Language`.',
    }),
    instance: Type.String({ description: 'The request’s id, as in the log.' }),
    retryable: Type.Boolean({ description: 'Whether sending the same request again can help and cannot do harm.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({ description: 'The place in the request, in the caller’s own names.' }),
          message: Type.String({ description: 'What is wrong there, in the language of `Content-Language`.' }),
        }),
        { maxItems: 50, description: 'What there is to point at, in the order of the document.' },
      ),
    ),
    written: Type.Optional(Type.Array(Written, { description: 'What the request had written before it failed.' })),
    failed_step: Type.Optional(Type.String({ description: 'The scenario’s step that failed: its id, or its place.' })),
    steps: Type.Optional(StepReports),
    success: Type.Literal(false, { description: 'The step did not happen as a whole.' }),
    context: Type.Object(
      { __step_error__: Type.String({ description: '`AmoCRM <step>: <what happened>`, in Russian.' }) },
      { additionalProperties: true, description: 'The request’s context with `__step_error__`.' },
    ),
  },
  { $id: 'Problem', description: 'A failure (RFC 9457).' },
);
export type ProblemDocument = Static<typeof ProblemDocument>;
