import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type TSchema, Type } from 'typebox';
import type { Amo, AmoService } from '../amocrm/amo.ts';
import { type OperationLimits, withOperation } from '../http/operations.ts';
import { failures, stepFailures } from '../http/reference/failure-responses.ts';
import { asProblem, Problem, placeUnder, refuseFaults } from '../problems/problem.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import { validator } from '../schemas/validator.ts';
import type { Step, StepExample } from '../steps/define-step.ts';
import { steps } from '../steps/index.ts';
import { type PreparedStep, prepareStep } from '../steps/run-step.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The step that the request asks for. */
    prepared: PreparedStep | undefined;
  }
}

export interface StepsOptions extends OperationLimits {
  amo: AmoService;
}

interface StepBody {
  params: unknown;
  context?: unknown;
}

/** One route for each step type, and their list. */
export const stepRoutes = fp(
  async (app: FastifyInstance, options: StepsOptions) => {
    app.decorateRequest('prepared');
    for (const step of steps) addRoute(app, step, options);
    addList(app);
  },
  { name: 'steps', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

function addRoute(app: FastifyInstance, step: Step, { amo, ...limits }: StepsOptions): void {
  const codes = [...new Set([...stepFailures, 'TEMPLATE_UNRESOLVED' as const, ...step.failures])];
  const judgeBody = validator.compile(bodySchema(step, Type.Unknown()));
  app.post<{ Body: StepBody }>(
    `/steps/${step.type}`,
    {
      config: { label: step.label },
      attachValidation: true,
      // The params are judged once their templates are resolved.
      validatorCompiler: ({ schema, httpPart }) => (httpPart === 'body' ? judgeBody : validator.compile(schema)),
      preHandler: async (request) => prepare(step, request),
      schema: {
        operationId: step.type,
        tags: [step.tag],
        summary: step.summary,
        description: `${step.description} Russian label: «${step.label}».`,
        body: bodySchema(step, paramsSchema(step)),
        response: { 200: answer(step), ...failures(codes, undefined, step.label) },
      },
    },
    async (request, reply) => {
      const { outputVar: output_var, ...outcome } = await withOperation(request, reply, limits, (operation) =>
        runPrepared(request, { ...amo, operation }),
      );
      return { success: true, output_var, ...outcome };
    },
  );
}

/** Refuses a request with all its faults at once: of the body, of templates, and of the params. */
async function prepare(step: Step, request: FastifyRequest<{ Body: StepBody }>): Promise<void> {
  const { body, validationError } = request;
  const faults = faultsOfValidation(validationError?.validation ?? []);
  const { params, context }: Partial<StepBody> = Object(body);
  if (params !== undefined) {
    request.prepared = prepareStep(step, params, isRecord(context) ? context : undefined);
    faults.push(...request.prepared.faults.map((fault) => ({ ...fault, path: ['params', ...fault.path] })));
  }
  refuseFaults(faults);
  if (validationError !== undefined) throw validationError;
}

async function runPrepared({ prepared }: FastifyRequest, amo: Amo) {
  if (prepared === undefined) throw new Problem('INTERNAL_ERROR', 'The step was not prepared');
  try {
    return await prepared.run(amo);
  } catch (error) {
    throw placeUnder(['params'], asProblem(error));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const anyText = (description: string) => Type.Optional(Type.Unsafe({ type: ['string', 'number'], description }));
const context = Type.Record(Type.String(), Type.Unknown(), { description: 'The bot’s variables.' });

function bodySchema(step: Step, params: TSchema) {
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

function paramsSchema(step: Step) {
  return { ...step.params, description: 'The step’s own params; unknown ones are refused.' };
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
    result: { ...step.result, description: 'What the step found or did.' },
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
  const list = steps.map((step) => ({
    type: step.type,
    label: step.label,
    summary: step.summary,
    output_var: step.outputVar,
    params: paramsSchema(step),
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
        { description: 'The step types.', examples: [{ steps: list.slice(-1) }] },
      ),
      ...failures(['UNAUTHORIZED', 'INTERNAL_ERROR', 'SHUTTING_DOWN']),
    },
  };
  app.get('/steps', { schema }, async () => ({ steps: list }));
}
