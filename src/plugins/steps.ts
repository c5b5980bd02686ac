import type { FastifyInstance, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { AmoService } from '../amocrm/amo.ts';
import { startCall } from '../amocrm/call.ts';
import { Problem, placeUnder } from '../errors.ts';
import type { Step, StepExample } from '../steps/define-step.ts';
import { steps } from '../steps/index.ts';
import { failures, stepFailures } from './failures.ts';

export interface StepsOptions {
  amo: AmoService;
  /** Milliseconds for one step, waiting included. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service goes down. */
  shutdown: AbortSignal;
}

interface StepBody {
  params: { output_var?: string };
  context?: Record<string, unknown>;
}

/** One route for each step type, and their list. */
export const stepRoutes = fp(
  async (app: FastifyInstance, options: StepsOptions) => {
    for (const step of steps) addRoute(app, step, options);
    addList(app);
  },
  { name: 'steps', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

function addRoute(app: FastifyInstance, step: Step, { amo, deadlineMs, shutdown }: StepsOptions): void {
  const codes = [...new Set([...stepFailures, ...step.failures])];
  app.post<{ Body: StepBody }>(
    `/steps/${step.type}`,
    {
      config: { label: step.label },
      schema: {
        operationId: step.type,
        tags: [step.tag],
        summary: step.summary,
        description: `${step.description} Russian label: «${step.label}».`,
        body: bodySchema(step),
        response: { 200: answer(step), ...failures(codes, undefined, step.label) },
      },
    },
    async (request, reply) => {
      const { params, context = {} } = request.body;
      const call = startCall(request.caller, deadlineMs, [shutdown, hangUp(reply)]);
      request.written = call.written;
      try {
        const result = await step.run(params, { ...amo, call });
        const output_var = params.output_var ?? step.outputVar;
        const { __step_error__: _, ...kept } = context;
        return { success: true, output_var, result, context: { ...kept, [output_var]: result } };
      } catch (error) {
        throw error instanceof Problem ? placeUnder(['params'], error) : error;
      } finally {
        call.end();
      }
    },
  );
}

/** Aborts when the caller closes the connection: nobody is left to read the answer. */
function hangUp({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Problem('DEADLINE_EXCEEDED', 'The caller hung up'));
  });
  return controller.signal;
}

const anyText = (description: string) => Type.Optional(Type.Unsafe({ type: ['string', 'number'], description }));
const context = Type.Record(Type.String(), Type.Unknown(), { description: 'The bot’s variables.' });

function bodySchema(step: Step) {
  return Type.Object(
    {
      id: anyText('The step’s id in a bot scenario; not used here.'),
      type: Type.Optional(Type.Literal(step.type, { description: 'If given, the type of this route.' })),
      next_step: anyText('The next step in a bot scenario; not used here.'),
      params: step.params,
      context: Type.Optional(context),
    },
    {
      'x-empty-as-absent': [null, ''],
      description: 'The step document of a bot scenario as it is; `params` alone is enough. Further keys are ignored.',
      'x-examples': namedExamples(step, ({ params }) => ({ params })),
    },
  );
}

function answer(step: Step) {
  const examples = namedExamples(step, (example) => answerExample(step, example));
  return {
    description: 'The step has happened.',
    content: { 'application/json': { schema: answerSchema(step), examples } },
  };
}

function answerSchema(step: Step) {
  return Type.Object({
    success: Type.Literal(true, { description: 'The step has happened.' }),
    output_var: Type.String({ description: 'The variable that took the result.' }),
    result: step.result,
    context: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The request’s context with the result under `output_var` and without a stale `__step_error__`.',
    }),
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

const text = (description: string) => Type.String({ description });

function addList(app: FastifyInstance): void {
  const list = steps.map(({ type, label, summary, outputVar, params }) => ({
    type,
    label,
    summary,
    output_var: outputVar,
    params,
  }));
  const Item = Type.Object({
    type: text('The step type.'),
    label: text('Its Russian name.'),
    summary: text('What it does.'),
    output_var: text('The variable that takes the result unless `params.output_var` names another.'),
    params: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of its params.' }),
  });
  const schema = {
    operationId: 'listSteps',
    tags: ['Service'],
    summary: 'Lists the step types.',
    response: {
      200: Type.Object(
        { steps: Type.Array(Item, { description: 'Every step type.' }) },
        { description: 'The step types.' },
      ),
      ...failures(['UNAUTHORIZED']),
    },
  };
  app.get('/steps', { schema }, async () => ({ steps: list }));
}
