import { join } from 'node:path';
import t from 'tap';
import { funnelAnswer, funnelScenario } from '../../src/http/reference/funnel-example.ts';
import { exampleAnswer, exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { missing } from '../fixtures/example.ts';
import { seedFieldMap } from '../fixtures/records.ts';
import { answerOf, startService } from '../fixtures/service.ts';

/** The documentation's scenarios, run as they stand. */

const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });

for (const [scenario, example] of [
  [exampleScenario, exampleAnswer],
  [funnelScenario, funnelAnswer],
] as const) {
  t.test(scenario.scenario_id, async (t) => {
    const service = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
    const post = async (query: string) =>
      answerOf(await service.app.inject({ method: 'POST', url: `/scenarios/run${query}`, payload: scenario }));
    const dry = await post('?dry_run=true');
    const { status, body } = await post('');
    t.strictSame([dry.status, status], [200, 200], JSON.stringify([dry.body, body]).slice(0, 500));
    t.strictSame(missing(example, body, ''), []);
    const inShort = (steps: readonly { id: string; status: string }[]) => steps.map((step) => [step.id, step.status]);
    t.strictSame(inShort(body.steps), inShort(example.steps));
    t.strictSame(inShort(dry.body.steps), inShort(example.steps));
    t.strictSame(Object.keys(body.context).sort(), Object.keys(example.context).sort());
  });
}

t.test('the funnel ends lost, with the ids that the example shows', async (t) => {
  const service = await startService(t);
  const { body } = answerOf(
    await service.app.inject({ method: 'POST', url: '/scenarios/run', payload: funnelScenario }),
  );
  const { lead_id } = body.context.request;
  t.match(service.sandbox.store.leads.get(lead_id), { pipeline_id: 1, status_id: 143, loss_reason_id: 501 });
  const { lead_id: _, ...lost } = funnelAnswer.context.lost;
  t.match(body.context.lost, lost);
  const { lead_id: __, ...moved } = funnelAnswer.context.moved_lead;
  t.match(body.context.moved_lead, moved);
});
