import t from 'tap';
import { open } from './open.ts';

const PATH = '/api/v4/leads/pipelines';
const PIPELINE = { name: 'Допродажи', sort: 20, is_main: false, is_unsorted_on: true };

t.test('a pipeline is made with its statuses, numbered anew', async (t) => {
  const { call, refusals } = await open(t);
  const statuses = [
    { id: 142, name: 'Купил' },
    { name: 'Второй', sort: 200, request_id: '0' },
    { name: 'Первый', sort: 100, color: '#87f2c0' },
  ];
  const made = await call('POST', PATH, [{ ...PIPELINE, request_id: 'r', _embedded: { statuses } }]);
  const [pipeline] = made.json._embedded.pipelines;
  t.match(pipeline, { ...PIPELINE, request_id: 'r', is_archive: false });
  t.strictSame(
    pipeline._embedded.statuses.map(({ name, sort, type }: { name: string; sort: number; type: number }) => [
      name,
      sort,
      type,
    ]),
    [
      ['Неразобранное', 10, 1],
      ['Первый', 20, 0],
      ['Второй', 30, 0],
      ['Купил', 10_000, 0],
      ['Закрыто и не реализовано', 11_000, 0],
    ],
  );
  const lead = await call('POST', '/api/v4/leads', [{ pipeline_id: pipeline.id }]);
  t.equal(lead.status, 200);
  t.strictSame(await refusals('POST', PATH, [{ name: 'x' }]), [
    'FieldMissing sort',
    'FieldMissing is_main',
    'FieldMissing is_unsorted_on',
  ]);
  t.strictSame(await refusals('POST', PATH, PIPELINE), ['InvalidType ']);
  t.equal(
    (
      await call(
        'POST',
        PATH,
        Array.from({ length: 48 }, () => PIPELINE),
      )
    ).status,
    422,
    'fifty are the most',
  );
  t.equal((await call('PATCH', PATH, [PIPELINE])).status, 405);
});

t.test('a pipeline is changed and deleted, but for the main one and those with leads', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  t.strictSame(await refusals('PATCH', `${PATH}/1`, { is_main: false }), ['NotSupportedChoice is_main']);
  t.match(await call('PATCH', `${PATH}/7202`, { name: 'Иначе', is_main: true }), {
    status: 200,
    json: { name: 'Иначе', is_main: true, sort: 2, _embedded: { statuses: [{ id: 7211 }] } },
  });
  t.equal(sandbox.store.pipelines.get(1)?.is_main, false);
  t.equal((await call('DELETE', `${PATH}/1`)).status, 422);
  t.strictSame(await refusals('DELETE', `${PATH}/5`, undefined), ['NotSupportedChoice id']);
  const made = await call('POST', PATH, [PIPELINE]);
  t.equal((await call('DELETE', `${PATH}/${made.json._embedded.pipelines[0].id}`)).status, 204);
  t.equal((await call('PATCH', `${PATH}/5`, { name: 'x' })).status, 404);
});

t.test('statuses are made, changed and deleted, but for those of the system', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  const base = `${PATH}/1/statuses`;
  const made = await call('POST', base, [{ name: 'Новый этап', sort: 25, color: '#eb93ff' }]);
  const [{ id }] = made.json._embedded.statuses;
  t.match(made.json, {
    _total_items: 1,
    _embedded: { statuses: [{ sort: 30, pipeline_id: 1, is_editable: true, request_id: '0' }] },
  });
  t.match((await call('PATCH', `${base}/${id}`, { sort: 1000, color: '#c1e0ff' })).json, {
    sort: 50,
    color: '#c1e0ff',
  });
  t.strictSame(await refusals('POST', base, [{ name: 'x' }, { name: 'x', sort: 1, color: '#000000' }]), [
    'FieldMissing sort',
    'NotSupportedChoice color',
  ]);
  t.strictSame(await refusals('PATCH', `${base}/142`, { name: 'Ура' }), ['NotSupportedChoice id']);
  t.equal(
    (
      await call(
        'POST',
        base,
        Array.from({ length: 94 }, () => ({ name: 'x', sort: 1 })),
      )
    ).status,
    422,
  );
  await call('PATCH', '/api/v4/leads/67891', { status_id: id, pipeline_id: 1 });
  t.equal((await call('DELETE', `${base}/${id}`)).status, 204);
  t.equal(sandbox.store.leads.get(67891)?.status_id, 1002, 'its leads go to the first stage');
  t.equal((await call('DELETE', `${base}/143`)).status, 400);
  t.equal((await call('GET', `${base}/${id}`)).status, 404);
});
