import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { serviceFailure } from '../http/reference/failure-responses.ts';
import { documentedParams } from '../http/reference/step-params.ts';
import type { Step } from '../steps/define-step.ts';
import { steps } from '../steps/index.ts';

const text = (description: string) => Type.String({ description });

/** `GET /steps`: every step type that has a route. */
export function addStepList(app: FastifyInstance): void {
  let items: ReturnType<typeof itemOf>[] | undefined;
  const list = () => (items ??= steps.map(itemOf));
  const Item = Type.Object({
    type: text('The step type.'),
    label: text('Its Russian name.'),
    summary: text('What it does.'),
    output_var: text('The variable that takes the result unless `params.output_var` names another.'),
    params: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of its params.' }),
  });
  const document = () => ({
    operationId: 'listSteps',
    tags: ['Service'],
    summary: 'Lists the step types.',
    response: {
      200: Type.Object(
        { steps: Type.Array(Item, { description: 'Every step type.' }) },
        { description: 'The step types.', examples: [{ steps: list().slice(-1) }] },
      ),
      default: serviceFailure,
    },
  });
  app.get('/steps', { config: { document } }, async () => ({ steps: list() }));
}

function itemOf(step: Step) {
  return {
    type: step.type,
    label: step.label,
    summary: step.summary,
    output_var: step.outputVar,
    params: documentedParams(step.params),
  };
}
