import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

interface Named {
  name: string;
}
const namesOf = (things: Named[]) => things.map(({ name }) => name);

t.test('all pipelines come with their statuses, each time as they are now', async (t) => {
  const { step, sandbox } = await startService(t);
  for (const params of [{}, { entity_type: 'lead' }]) {
    const { status, body } = await step('amocrm_list_pipelines', params);
    t.match({ status, ...body.result }, { status: 200, count: 2, entity_type: 'leads' });
    t.strictSame(namesOf(body.result.pipelines), ['Продажи', 'Повторные продажи']);
    t.equal(body.result.pipelines[1]._embedded.statuses.length, 5);
  }
  t.strictSame(readsOf(sandbox, 'leads/pipelines'), ['', '']);
  t.strictSame(writesTo(sandbox), []);
  t.strictSame(failureOf(await step('amocrm_list_pipelines', { entity_type: 'customers' })), [
    400,
    'INVALID_REQUEST',
    'params.entity_type',
  ]);
});

t.test('a pipeline by name or id', async (t) => {
  const { step, sandbox } = await startService(t);
  for (const params of [{ pipeline: ' продажи' }, { pipeline_id: '1' }, { pipeline: 1 }]) {
    t.match((await step('amocrm_get_pipeline', params)).body.result.pipeline, {
      id: 1,
      name: 'Продажи',
      is_main: true,
    });
  }
  t.equal(readsOf(sandbox, 'leads/pipelines/1').length, 3);
  t.equal(readsOf(sandbox, 'leads/pipelines').length, 1);
});

t.test('the statuses of a pipeline', async (t) => {
  const { step, sandbox } = await startService(t);
  const { body } = await step('amocrm_list_statuses', { pipeline: 'Повторные продажи' });
  t.match(body.result, {
    count: 5,
    pipeline_id: 7202,
    statuses: [{ id: 7211, type: 1 }, { id: 7212 }, {}, { id: 142 }, { id: 143 }],
  });
  t.equal(readsOf(sandbox, 'leads/pipelines/7202/statuses').length, 1);
});

for (const type of ['amocrm_get_pipeline', 'amocrm_list_statuses']) {
  t.test(`${type}: a pipeline that is not there, by 404 or by 204`, async (t) => {
    const { step, sandbox } = await startService(t);
    t.strictSame(failureOf(await step(type, { pipeline_id: 404 })), [404, 'ENTITY_NOT_FOUND', 'params.pipeline_id']);
    sandbox.faults.add({ path: /^\/api\/v4\/leads\/pipelines\/405/, action: { kind: 'status', status: 204 } });
    t.strictSame(failureOf(await step(type, { pipeline: '405' })), [404, 'ENTITY_NOT_FOUND', 'params.pipeline']);
    t.strictSame(failureOf(await step(type, { pipeline: 'Прода' })), [422, 'UNKNOWN_NAME', 'params.pipeline']);
    t.strictSame(failureOf(await step(type, {})), [400, 'INVALID_REQUEST', 'params']);
  });
}

t.test('the reasons why leads are lost; none is an empty list', async (t) => {
  const { step, sandbox } = await startService(t);
  const { body } = await step('amocrm_list_loss_reasons', {});
  t.match(body.result, { count: 3, loss_reasons: [{ id: 501, name: 'Дорого' }, {}, {}] });
  sandbox.store.lossReasons.clear();
  t.match((await step('amocrm_list_loss_reasons', {})).body.result, { count: 0, loss_reasons: [] });
});
