import { Type } from 'typebox';
import { writeMethods } from '../../amocrm/operation/write-log.ts';
import type { Step } from '../../steps/define-step.ts';
import { dryRunParam } from '../../steps/dry-run-param.ts';
import { flatQuery } from './flat-query.ts';

const description = `\`true\`: nothing is written; the answer tells which requests would have gone to amoCRM and what names came to.
Reads are real: names, fields, searches and the state that is changed; they count against amoCRM’s limit. So are all faults that
are found before a write, but amoCRM’s own validation is not run. What would have been made has ids that count down from
9007199254740991: later steps of a scenario can refer to them (\`resolved\` tells whose they are) and see what was changed and linked,
searches do not find them. There is no \`context\` in the answer, an Idempotency-Key is refused, and a key that may only read is
enough.`;

const dryRun = {
  [dryRunParam]: Type.Optional(
    Type.Enum(['true', 'false'], { type: 'string', description: description.replaceAll('\n', ' ') }),
  ),
};

/** The query parameters of a route that takes dry runs alone. */
export const dryRunQuery = Type.Object(dryRun);

/** Those of a step's route. */
export const stepQuery = Type.Object({ ...dryRun, ...flatQuery });

const Resolution = Type.Object(
  {
    id: Type.Optional(Type.Integer({ description: 'Its id; absent for phones and e-mails, which go by their code.' })),
    code: Type.Optional(Type.String({ description: 'The code of a custom field.' })),
    name: Type.Optional(
      Type.String({ description: 'Its name in amoCRM; absent for what an earlier step would have made.' }),
    ),
    options: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Integer({ description: 'The option’s id.' }),
          name: Type.String({ description: 'The option’s label.' }),
        }),
        { description: 'The options of a list field that its value names.' },
      ),
    ),
    step: Type.Optional(
      Type.String({
        description: 'In a scenario: the step that would have made what the value refers to, by its id or its place.',
      }),
    ),
  },
  { title: 'Resolution', description: 'What a name came to, or which step a made-up id is of.' },
);

const Item = Type.Record(Type.String(), Type.Unknown());
const DryRequest = Type.Object(
  {
    method: Type.Enum([...writeMethods], { type: 'string', description: 'The HTTP method.' }),
    path: Type.String({ description: 'The path at amoCRM.' }),
    body: Type.Optional(
      Type.Union([Type.Array(Item), Item], {
        description: 'The body as it would go out: items of a list, or one object. Absent where there is none.',
      }),
    ),
    shares_call: Type.Boolean({ description: 'Whether what other steps write may go out in the same call.' }),
  },
  { title: 'DryRequest', description: 'A request that would have gone to amoCRM.' },
);

const notes = {
  requests: Type.Array(DryRequest, { description: 'The requests in their order; none of a step that only reads.' }),
  resolved: Type.Record(Type.String(), Resolution, {
    description:
      'What names came to, by their places: pipelines, statuses, users, custom fields with their options. In a scenario ' +
      'also which step would have made what a made-up id stands for.',
  }),
};
const isDry = Type.Literal(true, { description: 'Nothing was written.' });
const reads = Type.Integer({
  minimum: 0,
  description: 'Reads that were made for it; what is cached is not read again.',
});
const warnings = Type.Optional(Type.Array(Type.String(), { description: 'What was probably not meant so.' }));
const result = Type.Object(
  { success: Type.Literal(true, { description: 'The step would have happened.' }) },
  { additionalProperties: true, description: 'The result of the step, with ids that are made up.' },
);

const example = {
  success: true,
  dry_run: true,
  output_var: 'created_lead',
  result: {
    success: true,
    lead_id: 9007199254740991,
    lead: { name: 'Заявка', pipeline_id: 1, id: 9007199254740991, custom_fields_values: null, fields: {} },
  },
  requests: [
    {
      method: 'POST',
      path: '/api/v4/leads',
      body: [{ name: 'Заявка', pipeline_id: 1, request_id: '0' }],
      shares_call: true,
    },
  ],
  resolved: { 'params.pipeline': { id: 1, name: 'Продажи' } },
  reads: 1,
};

const DryRun = Type.Object(
  {
    success: Type.Literal(true, { description: 'The step would have been sent.' }),
    dry_run: isDry,
    output_var: Type.String({ description: 'The variable that would take the result.' }),
    result,
    ...notes,
    reads,
    warnings,
  },
  { title: 'DryRun', description: 'The answer to a dry run.', examples: [example] },
);

/** The answer of the step's route to a dry run. */
export function dryAnswer(step: Step) {
  const ownResult = {
    ...step.result,
    title: `${step.type}_result`,
    description: 'The result, with ids that are made up.',
  };
  return { allOf: [DryRun], properties: { result: ownResult } };
}

export const DryScenario = Type.Object(
  {
    success: Type.Literal(true, { description: 'Every executed step would have been sent.' }),
    dry_run: isDry,
    scenario_id: Type.Optional(Type.Unsafe({ type: ['string', 'number'], description: 'As it was sent.' })),
    steps: Type.Array(
      Type.Object({
        id: Type.String({ description: 'The step’s id, or its place from 1 on.' }),
        type: Type.String({ description: 'The step’s type.' }),
        status: Type.Literal('ok', { description: 'How it ended.' }),
        duration_ms: Type.Integer({ description: 'How long it took, in milliseconds.' }),
        ...notes,
        result: Type.Optional(result),
      }),
      { description: 'The executed steps, in order; what only controls the scenario has no result.' },
    ),
    reads,
    warnings,
  },
  { title: 'DryScenario', description: 'The answer to a dry run of a scenario.' },
);
