import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import { serviceFailure } from '../http/reference/failure-responses.ts';

/** `GET /metrics` for Prometheus. Register it last, so that its description lists all metrics. */
export const metrics = fp(
  async (app: FastifyInstance, { registry }: { registry: Registry }) => {
    app.get(
      '/metrics',
      {
        schema: {
          operationId: 'metrics',
          tags: ['Service'],
          summary: 'Shows the metrics of this process.',
          description: manual(registry),
          response: {
            200: {
              description: 'The metrics, as `text/plain; version=0.0.4`.',
              content: {
                'text/plain': { schema: Type.String({ description: 'Prometheus text.' }), examples: { one } },
              },
            },
            default: serviceFailure,
          },
        },
      },
      async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
    );
  },
  { name: 'metrics', fastify: '5.x', dependencies: ['auth', 'problems'] },
);

const one = {
  summary: 'One counter',
  value: `# HELP amocrm_steps_upstream_rate_limited_total Answers 429 of amoCRM. There should be none.
# TYPE amocrm_steps_upstream_rate_limited_total counter
amocrm_steps_upstream_rate_limited_total 0
`,
};

function manual(registry: Registry): string {
  // Metrics of Node.js belong to the process, so not every app has them.
  const ours = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('amocrm_steps_'));
  const list = ours.map(({ name, type, help }) => `- \`${name}\` (${type}): ${help}`);
  return `For a Prometheus server, which shows its key as \`authorization\` with \`credentials_file\`. Counters begin at 0 with
the process. No label holds an id, a name, a phone or a key, but for the ids by which accounts are managed. They tell of all accounts,
so a key for some of them is 403 \`KEY_NOT_ALLOWED\`. Beside the metrics of Node.js and the process:

${list.sort().join('\n')}`;
}
