import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { AmoService } from '../amocrm/amo.ts';
import type { Operation } from '../amocrm/operation/operation.ts';
import { accountOf } from '../http/account.ts';
import { refuseToWrite } from '../http/auth.ts';
import { speak } from '../http/language.ts';
import { turn } from '../http/large-bodies.ts';
import { createOperations, type OperationLimits } from '../http/operations.ts';
import { warningsOfPreference } from '../http/prefer.ts';
import { DryScenario, dryRunQuery } from '../http/reference/dry-run-schemas.ts';
import { scenarioFailures } from '../http/reference/failure-codes.ts';
import { stepFailure, withOwnFailures } from '../http/reference/failure-responses.ts';
import { funnelAnswer, funnelScenario } from '../http/reference/funnel-example.ts';
import { exampleAnswer, exampleDryAnswer, exampleScenario } from '../http/reference/scenario-example.ts';
import { judgeOf } from '../http/validation.ts';
import { tellWarnings } from '../http/warnings.ts';
import { jobMessages } from '../messages/jobs.ts';
import { StepReports } from '../problems/document.ts';
import { Problem, refuseFaults } from '../problems/problem.ts';
import { checkScenario } from '../scenarios/check.ts';
import type { Checkpoints } from '../scenarios/checkpoint.ts';
import { conditional, end, ScenarioDocument } from '../scenarios/document.ts';
import { dryRunScenario } from '../scenarios/dry-run.ts';
import { runScenario } from '../scenarios/run.ts';
import { checkOf } from '../schemas/check.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import { dryRunFaults, dryRunParam } from '../steps/dry-run-param.ts';
import { contextWarnings } from '../steps/hints.ts';
import { steps } from '../steps/index.ts';

interface Run {
  operation: Operation;
  checkpoints: Checkpoints | undefined;
  isLarge: boolean;
}

const scenario = checkOf(ScenarioDocument);

const description = `The whole scenario document of a bot with its context. It is checked first: unknown step types, ids
given twice, jumps to nowhere and params that cannot be valid are one 400 with every fault. Names without placeholders
(pipelines, statuses, users and so on) are looked up before the first step, for all steps that run whatever the conditions
come to: a misspelt one is a 422 with \`failed_step\` and no \`steps\`, and nothing is written. Then it runs from its first
step along \`next_step\`; \`conditional\` goes by the truth of its \`condition\` (missing, null, false, 0, "" and "false" are
false; \`{a} == 'x'\` and \`{a} != 'x'\` compare as text), \`end\` ends it. A failing step stops it: its status and problem
document, with \`failed_step\`, \`steps\` and the context so far. At most 200 steps are executed. Sent again under its
Idempotency-Key after a failure it goes on at the step that failed.`;

const examples = {
  seed: { summary: 'Lead from a bot', value: exampleScenario },
  funnel: { summary: 'Through the funnel by names', value: funnelScenario },
};

/** `POST /scenarios/run`: a whole scenario in one request, with the same step definitions as the step routes. */
export const scenarios = fp(
  async (app: FastifyInstance, limits: OperationLimits) => {
    const begin = createOperations(app, limits);
    const known = new Map(steps.map((step) => [step.type, step]));
    const judge = judgeOf(() => ScenarioDocument);

    async function check(body: ScenarioDocument, isLarge: boolean): Promise<void> {
      refuseFaults([
        ...dryRunFaults(body),
        ...(await checkScenario(body.steps, { known, isLarge, context: body.context })),
      ]);
    }

    /** One that is not known, which a later release may have, may write. */
    const mayWrite = (type: unknown) =>
      type !== conditional && type !== end && known.get(String(type))?.effects !== 'reads';

    function onlyReads(body: unknown): boolean {
      const { steps: list } = Object(body);
      return Array.isArray(list) && !list.some((step) => mayWrite(Object(step).type));
    }

    async function admit(request: FastifyRequest<{ Body: ScenarioDocument }>): Promise<void> {
      await check(request.body, request.isLarge);
      const writing = request.body.steps.find(({ type }) => mayWrite(type));
      if (writing !== undefined) refuseToWrite(request, writing.type);
    }

    async function answer(service: AmoService, body: ScenarioDocument, { operation, checkpoints, isLarge }: Run) {
      const { steps: list, context = {} } = body;
      const parts = { known, amo: { ...service, operation }, checkpoints, isLarge };
      return { success: true, ...idOf(body), ...(await runScenario(list, context, parts)) };
    }

    app.post<{ Body: ScenarioDocument }>(
      '/scenarios/run',
      {
        config: {
          inAccount: true,
          effects: 'body',
          onlyReads,
          deadlineMs: limits.deadlineMs,
          query: [dryRunParam],
          deliver: (service) => async (body, operation, log, language) => {
            const { error = [] } = judge(body);
            refuseFaults(faultsOfValidation(error));
            if (!scenario.accepts(body)) throw new Problem('INTERNAL_ERROR', jobMessages.noScenario);
            // Nobody waits for a job.
            const isLarge = true;
            await check(body, isLarge);
            return tellWarnings(await answer(service, body, { operation, checkpoints: log, isLarge }), () => language);
          },
        },
        schema: {
          operationId: 'runScenario',
          tags: ['Scenarios'],
          summary: 'Runs a whole scenario.',
          ...withOwnFailures(description, scenarioFailures),
          querystring: dryRunQuery,
          body: { ...ScenarioDocument, 'x-examples': examples },
          response: { 200: answerSchema, default: stepFailure },
        },
        preHandler: [admit, turn],
      },
      async (request, reply) => {
        const { body, keyLog, isDryRun, isLarge } = request;
        const language = () => speak(request, reply);
        const warned = [...warningsOfPreference(request.headers.prefer), ...contextWarnings(body)];
        const operation = begin(request);
        const { amo } = accountOf(request);
        if (!isDryRun) {
          return tellWarnings(await answer(amo, body, { operation, checkpoints: keyLog, isLarge }), language, warned);
        }
        const { steps: list, context = {} } = body;
        const told = await dryRunScenario(list, context, { known, service: amo, operation });
        return tellWarnings({ success: true, dry_run: true, ...idOf(body), ...told }, language, warned);
      },
    );
  },
  {
    name: 'scenarios',
    fastify: '5.x',
    dependencies: ['accounts', 'problems', 'validation', 'json-body', 'operations'],
  },
);

function idOf({ scenario_id }: ScenarioDocument) {
  return scenario_id === undefined ? {} : { scenario_id };
}

const Answer = Type.Object({
  success: Type.Literal(true, { description: 'Every executed step has happened.' }),
  scenario_id: Type.Optional(Type.Unsafe({ type: ['string', 'number'], description: 'As it was sent.' })),
  context: Type.Record(Type.String(), Type.Unknown(), { description: 'The context with the results of all steps.' }),
  steps: StepReports,
  warnings: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'What was probably not meant so, such as a step that nothing leads to; those of steps begin with their ids.',
    }),
  ),
});

const answerSchema = {
  description: 'The scenario has run to its end.',
  content: {
    'application/json': {
      schema: { oneOf: [Answer, DryScenario] },
      examples: {
        seed: { summary: 'The contact was there', value: exampleAnswer },
        funnel: { summary: 'Through the funnel', value: funnelAnswer },
        dryRun: { summary: 'A dry run', value: exampleDryAnswer },
      },
    },
  },
};
