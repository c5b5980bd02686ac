import { type TSchema, Type } from 'typebox';
import type { Step, StepExample } from '../../steps/define-step.ts';
import { dryAnswer } from './dry-run-schemas.ts';
import { documentedParams } from './step-params.ts';

const anyText = (description: string) => Type.Optional(Type.Unsafe({ type: ['string', 'number'], description }));
const context = Type.Record(Type.String(), Type.Unknown(), { description: 'The bot’s variables.' });

/** The body of a step's route; its params are validated separately. */
export function stepBody(step: Step) {
  return bodyWith(step, Type.Unknown());
}

/** The same for the documentation. */
export function documentedBody(step: Step) {
  return bodyWith(step, Type.Unsafe(documentedParams(step.params)));
}

function bodyWith(step: Step, params: TSchema) {
  return Type.Object(
    {
      id: anyText('The step’s id in a bot scenario; not used here.'),
      type: Type.Optional(Type.Literal(step.type, { description: 'If given, the type of this route.' })),
      next_step: anyText('The next step in a bot scenario; not used here.'),
      params,
      context: Type.Optional(context),
    },
    {
      'x-empty-as-absent': [null, ''],
      description: 'The step document of a bot scenario as it is; `params` alone is enough. Further keys are ignored.',
      'x-examples': namedExamples(step, ({ params }) => ({ params })),
    },
  );
}

export function documentedAnswer(step: Step) {
  const examples = namedExamples(step, (example) => answerExample(step, example));
  return {
    description: 'The step has happened.',
    content: { 'application/json': { schema: { oneOf: [answerSchema(step), dryAnswer(step)] }, examples } },
  };
}

function answerSchema(step: Step) {
  return Type.Object({
    success: Type.Literal(true, { description: 'The step has happened.' }),
    output_var: Type.String({ description: 'The variable that took the result.' }),
    result: { ...step.result, title: `${step.type}_result`, description: 'What the step found or did.' },
    context: Type.Record(Type.String(), Type.Unknown(), {
      title: 'Context',
      description: 'The request’s context with the result under `output_var` and without a stale `__step_error__`.',
    }),
    warnings: Type.Optional(
      Type.Array(Type.String(), {
        title: 'Warnings',
        description:
          'What was probably not meant so, such as a placeholder written as it stands, as the request has no context, or a ' +
          'phone number of less than three digits.',
      }),
    ),
  });
}

function namedExamples(step: Step, value: (example: StepExample) => unknown) {
  const examples = step.examples.map((example) => ({ summary: example.summary, value: value(example) }));
  return Object.fromEntries(examples.map((example, index) => [`example${index + 1}`, example]));
}

function answerExample(step: Step, { params, result: content }: StepExample) {
  const output_var = typeof params.output_var === 'string' ? params.output_var : step.outputVar;
  const result = { success: true, ...content };
  return { success: true, output_var, result, context: { [output_var]: result } };
}
