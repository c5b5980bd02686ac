import type { FastifyInstance, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { type Static, Type } from 'typebox';
import type { Clock } from '../clock.ts';
import { accountOf } from '../http/account.ts';
import { sendAnswer } from '../http/idempotency.ts';
import { speak } from '../http/language.ts';
import { readPreference } from '../http/prefer.ts';
import { listDocument, oneDocument } from '../http/reference/job-operations.ts';
import { hangUp } from '../http/respond-later.ts';
import { isOpen, type Job, jobStates } from '../jobs/job.ts';
import { textOfJob } from '../jobs/job-document.ts';
import { Integer } from '../schemas/atoms.ts';

export interface JobsRouteOptions {
  clock: Pick<Clock, 'wall' | 'second'>;
}

/** Characters of results and problems on one page of the list. */
const maxText = 4 * 2 ** 20;
const longestRetryAfter = 60;
const usualLimit = 20;

const Params = Type.Object({ id: Type.String({ description: 'The id of the job.' }) });
const Query = Type.Object(
  {
    status: Type.Optional(Type.Enum([...jobStates], { type: 'string', description: 'Only jobs in this state.' })),
    limit: Type.Optional(
      Integer('How many jobs at most; fewer where their results are long.', {
        minimum: 1,
        maximum: 100,
        default: usualLimit,
      }),
    ),
    after: Type.Optional(Type.String({ description: 'The id of the last job of the page before.' })),
  },
  { additionalProperties: false },
);

/** The routes about requests that were accepted for later. A job is its caller's alone. */
export const jobRoutes = fp(
  async (app: FastifyInstance, { clock }: JobsRouteOptions) => {
    app.get<{ Querystring: Static<typeof Query> }>(
      '/jobs',
      { config: { inAccount: true, document: listDocument }, schema: { querystring: Query } },
      async (request, reply) => {
        const { caller, query } = request;
        const { status, limit = usualLimit, after } = query;
        const { id: account, jobs } = accountOf(request);
        const { jobs: found, hasMore } = await jobs.list(caller, { status, after, limit, maxText });
        const language = speak(request, reply);
        const texts = found.map((job) => textOfJob(job, account, language));
        return sendAnswer(reply, `{"jobs":[${texts.join(',')}],"has_more":${hasMore}}`);
      },
    );

    app.get<{ Params: Static<typeof Params> }>(
      '/jobs/:id',
      { config: { inAccount: true, document: () => oneDocument('get') }, schema: { params: Params } },
      async (request, reply) => {
        const { caller, headers, params } = request;
        const { jobs } = accountOf(request);
        const { wait } = readPreference(headers.prefer);
        const job = await jobs.find(caller, params.id);
        if (wait === 0 || !isOpen(job)) return show(job, reply);
        reply.header('preference-applied', `wait=${wait}`);
        return show(await jobs.untilEnd(job, wait, hangUp(reply)), reply);
      },
    );

    for (const change of ['cancel', 'retry'] as const) {
      app.post<{ Params: Static<typeof Params> }>(
        `/jobs/:id/${change}`,
        { config: { inAccount: true, document: () => oneDocument(change) }, schema: { params: Params } },
        async (request, reply) => {
          const { caller, params } = request;
          const job = await accountOf(request).jobs[change](caller, params.id);
          askAgain(job, reply);
          // Under a key the handler's own value is the answer.
          return JSON.parse(textOfJob(job, accountOf(request).id, speak(request, reply)));
        },
      );
    }

    function show(job: Job, reply: FastifyReply): FastifyReply {
      askAgain(job, reply);
      const { request } = reply;
      return sendAnswer(reply, textOfJob(job, accountOf(request).id, speak(request, reply)));
    }

    function askAgain(job: Job, reply: FastifyReply): void {
      if (!isOpen(job)) return;
      const seconds = job.run_at === null ? 1 : Math.ceil((job.run_at - clock.wall()) / clock.second);
      reply.header('retry-after', Math.min(longestRetryAfter, Math.max(1, seconds)));
    }
  },
  { name: 'jobs', fastify: '5.x', dependencies: ['accounts', 'problems', 'validation', 'json-body'] },
);
