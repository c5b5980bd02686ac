import type { FastifyInstance, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { Amo, AmoService } from '../amocrm/amo.ts';
import { startDryRun } from '../amocrm/dry-run.ts';
import type { Operation } from '../amocrm/operation/operation.ts';
import { accountOf } from '../http/account.ts';
import { flatParam } from '../http/flat/flat-param.ts';
import { speak } from '../http/language.ts';
import { turn } from '../http/large-bodies.ts';
import { type BeginOperation, createOperations, type OperationLimits } from '../http/operations.ts';
import { warningsOfPreference } from '../http/prefer.ts';
import { stepQuery } from '../http/reference/dry-run-schemas.ts';
import { stepFailure, withOwnFailures } from '../http/reference/failure-responses.ts';
import { documentedAnswer, documentedBody, stepBody } from '../http/reference/step-schemas.ts';
import { judgeOf } from '../http/validation.ts';
import { tellWarnings } from '../http/warnings.ts';
import { serviceMessages } from '../messages/requests.ts';
import { asProblem, Problem, placeUnder, refuseFaults } from '../problems/problem.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import type { Step } from '../steps/define-step.ts';
import { dryRunFaults, dryRunParam } from '../steps/dry-run-param.ts';
import { besideWarnings, wrapperHint } from '../steps/hints.ts';
import { steps } from '../steps/index.ts';
import { type PreparedStep, prepareStep } from '../steps/run-step.ts';
import { addStepList } from './step-list.ts';

declare module 'fastify' {
  interface FastifyRequest {
    prepared: PreparedStep | undefined;
  }
}

interface StepBody {
  params: unknown;
  context?: unknown;
}

/** One route for each step type, and their list. */
export const stepRoutes = fp(
  async (app: FastifyInstance, limits: OperationLimits) => {
    app.decorateRequest('prepared');
    const begin = createOperations(app, limits);
    for (const step of steps) addRoute(app, step, begin);
    addStepList(app);
  },
  {
    name: 'steps',
    fastify: '5.x',
    dependencies: ['accounts', 'problems', 'validation', 'json-body', 'operations', 'flat-answers'],
  },
);

function addRoute(app: FastifyInstance, step: Step, begin: BeginOperation): void {
  // Params are validated after their templates have been resolved.
  const judge = judgeOf(() => stepBody(step));
  app.post<{ Body: StepBody }>(
    `/steps/${step.type}`,
    {
      config: {
        inAccount: true,
        label: step.label,
        effects: step.effects,
        query: [dryRunParam, flatParam],
        flat: step.params,
        document: () => documented(step),
        deliver: (service) => async (body, operation, _log, language) => {
          const { error } = judge(body);
          // Nobody waits for a job.
          const prepared = await prepare(step, body, { errors: error ?? [], isLarge: true });
          return tellWarnings(await answer(prepared, { ...service, operation }), () => language);
        },
      },
      attachValidation: true,
      validatorCompiler: ({ schema, httpPart }) => (httpPart === 'body' ? judge : judgeOf(() => schema)),
      preHandler: [async (request: FastifyRequest<{ Body: StepBody }>) => prepareRequest(step, request), turn],
      schema: { querystring: stepQuery, body: Type.Unknown() },
    },
    async (request, reply) => {
      const operation = begin(request);
      const { amo } = accountOf(request);
      const language = () => speak(request, reply);
      const warned = warningsOfPreference(request.headers.prefer);
      if (request.isDryRun) return tellWarnings(await dryAnswer(request.prepared, amo, operation), language, warned);
      return tellWarnings(await answer(request.prepared, { ...amo, operation }), language, warned);
    },
  );
}

function documented(step: Step) {
  return {
    operationId: step.type,
    tags: [step.tag],
    summary: step.summary,
    ...withOwnFailures(`${step.description} Russian label: «${step.label}».`, step.failures),
    body: documentedBody(step),
    response: { 200: documentedAnswer(step), default: stepFailure },
  };
}

/** Refuses a request with all its faults at once: of the body, of templates, and of the params. */
async function prepareRequest(step: Step, request: FastifyRequest<{ Body: StepBody }>): Promise<void> {
  const { body, validationError, isLarge } = request;
  request.prepared = await prepare(step, body, { errors: validationError?.validation ?? [], isLarge });
  if (validationError !== undefined) throw validationError;
}

async function prepare(
  step: Step,
  body: unknown,
  { errors, isLarge }: { errors: readonly FastifySchemaValidationError[]; isLarge: boolean },
): Promise<PreparedStep | undefined> {
  const { params, context }: Partial<StepBody> = Object(body);
  const prepared =
    params === undefined
      ? undefined
      : await prepareStep(step, params, {
          context: isRecord(context) ? context : undefined,
          warned: besideWarnings(step.params, body),
          isLarge,
        });
  const inParams = prepared?.faults.map((fault) => ({ ...fault, path: ['params', ...fault.path] })) ?? [];
  const inBody = faultsOfValidation(errors, { hint: (fault) => wrapperHint(step.params, body, fault) });
  refuseFaults([...inBody, ...inParams, ...dryRunFaults(body)]);
  return prepared;
}

async function answer(prepared: PreparedStep | undefined, amo: Amo) {
  const { outputVar: output_var, ...outcome } = await run(prepared, amo);
  return { success: true, output_var, ...outcome };
}

/** Without the context: a bot that forgot the parameter must not go on with what was made up. */
async function dryAnswer(prepared: PreparedStep | undefined, service: AmoService, operation: Operation) {
  const { amo, take, reads } = startDryRun(service, operation);
  const { outputVar: output_var, context: _, result, ...rest } = await run(prepared, amo);
  return { success: true, dry_run: true, output_var, result, ...take(), reads: reads(), ...rest };
}

function run(prepared: PreparedStep | undefined, amo: Amo) {
  if (prepared === undefined) throw new Problem('INTERNAL_ERROR', serviceMessages.noPreparedStep);
  return prepared.run(amo).catch((error: unknown) => {
    throw placeUnder(['params'], asProblem(error));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
