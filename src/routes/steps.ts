import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { Amo, AmoService } from '../amocrm/amo.ts';
import { type OperationLimits, withOperation } from '../http/operations.ts';
import { failures, stepFailures } from '../http/reference/failure-responses.ts';
import { type Fault, Problem, placeUnder, refuseFaults } from '../problems/problem.ts';
import { formatPath } from '../schemas/document-order.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import type { Step, StepExample } from '../steps/define-step.ts';
import { steps } from '../steps/index.ts';
import { refuseBarePlaceholders, resolveTemplates } from '../templates/resolve.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Placeholders that have no value. */
    templateFaults: Fault[] | undefined;
  }
}

export interface StepsOptions extends OperationLimits {
  amo: AmoService;
}

interface StepBody {
  params: { output_var?: string };
  context?: Record<string, unknown>;
}

/** One route for each step type, and their list. */
export const stepRoutes = fp(
  async (app: FastifyInstance, options: StepsOptions) => {
    app.decorateRequest('templateFaults');
    for (const step of steps) addRoute(app, step, options);
    addList(app);
  },
  { name: 'steps', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

function addRoute(app: FastifyInstance, step: Step, { amo, ...limits }: StepsOptions): void {
  const codes = [...new Set([...stepFailures, 'TEMPLATE_UNRESOLVED' as const, ...step.failures])];
  app.post<{ Body: StepBody }>(
    `/steps/${step.type}`,
    {
      config: { label: step.label },
      attachValidation: true,
      preValidation: resolveParams,
      preHandler: refuseParams,
      schema: {
        operationId: step.type,
        tags: [step.tag],
        summary: step.summary,
        description: `${step.description} Russian label: «${step.label}».`,
        body: bodies.get(step),
        response: { 200: answer(step), ...failures(codes, undefined, step.label) },
      },
    },
    async (request, reply) => {
      const { params, context = {} } = request.body;
      const result = await withOperation(request, reply, limits, (operation) =>
        runStep(step, params, { ...amo, operation }),
      );
      const output_var = params.output_var ?? step.outputVar;
      const { __step_error__: _, ...kept } = context;
      return { success: true, output_var, result, context: { ...kept, [output_var]: result } };
    },
  );
}

async function runStep(step: Step, params: unknown, amo: Amo) {
  try {
    return await step.run(params, amo);
  } catch (error) {
    throw error instanceof Problem ? placeUnder(['params'], error) : error;
  }
}

/**
 * Resolves templates before the schema judges the result. What cannot be resolved waits for the schema's own faults,
 * so that the caller hears of all at once.
 */
async function resolveParams(request: FastifyRequest): Promise<void> {
  const { body } = request;
  if (!isRecord(body)) return;
  if (!isRecord(body.context)) {
    request.templateFaults = refuseBarePlaceholders(body.params, ['params']);
    return;
  }
  const { value, faults } = resolveTemplates(body.params, body.context, ['params']);
  body.params = value;
  request.templateFaults = faults;
}

async function refuseParams({ templateFaults = [], validationError }: FastifyRequest): Promise<void> {
  const places = new Set(templateFaults.map(({ path }) => formatPath(path)));
  const judged = faultsOfValidation(validationError?.validation ?? []);
  refuseFaults([...templateFaults, ...judged.filter(({ path }) => !places.has(formatPath(path)))]);
  if (validationError !== undefined) throw validationError;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const anyText = (description: string) => Type.Optional(Type.Unsafe({ type: ['string', 'number'], description }));
const context = Type.Record(Type.String(), Type.Unknown(), { description: 'The bot’s variables.' });

/** Made once, so that they are compiled once. */
const bodies = new Map(steps.map((step) => [step, bodySchema(step)]));

function bodySchema(step: Step) {
  return Type.Object(
    {
      id: anyText('The step’s id in a bot scenario; not used here.'),
      type: Type.Optional(Type.Literal(step.type, { description: 'If given, the type of this route.' })),
      next_step: anyText('The next step in a bot scenario; not used here.'),
      params: paramsSchema(step),
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
