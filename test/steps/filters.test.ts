import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { failureOf } from '../fixtures/failure.ts';
import { startService } from '../fixtures/service.ts';

const filtersOf = (params: object): string[] => Object.keys(Object(params).properties?.filter?.properties ?? {});
/** The params without which a step is refused, as its first example has them. */
const neededOf = ({ params, examples: [first] }: (typeof steps)[number]): object => {
  const required: string[] = Object(params).required ?? [];
  return Object.fromEntries(Object.entries(first.params).filter(([name]) => required.includes(name)));
};
const lists = steps
  .map((step) => ({ type: step.type, filters: filtersOf(step.params), needed: neededOf(step) }))
  .filter((one) => one.filters[0]);

/** What a template with nothing to say may leave behind, beside what is right. */
const nothing = ['', ' ', null, [], [''], [null], {}, { from: '' }, { from: null, to: '' }, false];
const values = [
  ...nothing,
  ...[{ from: '', to: 5 }, { from: 5, to: null }, { from: '5', to: '' }, [5, ''], [null, 5], [{}], [[]], { from: {} }],
  ...[
    { from: [] },
    { from: [1, 2], to: 5 },
    0,
    '0',
    5,
    true,
    [true, 5],
    '1',
    [1, 2],
    '2026-01-02',
    { from: '2026-01-02' },
  ],
  ...[[{ pipeline_id: '', status_id: 142 }], [{ pipeline_id: 1, status_id: '142' }], 'leads', ['common', '']],
];

t.test('no filter sends a word for nothing', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  /** A field of each type. */
  const fieldsOf = (type: string): number[] => {
    const { contacts, leads, companies } = service.sandbox.store.fields;
    const kinds = { amocrm_list_contacts: contacts, amocrm_list_leads: leads, amocrm_list_companies: companies };
    const own = Object.entries(kinds).flatMap(([name, fields]) => (name === type ? [...fields.values()] : []));
    return [...new Map(own.map((field) => [field.type, field.id])).values()];
  };
  for (const { type, filters, needed } of lists) {
    let answered = 0;
    const plain = filters.filter((name) => name !== 'custom_fields_values');
    for (const value of values) {
      const given = [
        ...plain.map((name) => ({ [name]: value })),
        ...fieldsOf(type).map((id) => ({ custom_fields_values: { [id]: value } })),
      ];
      for (const filter of given) {
        const { status, body } = await service.step(type, { ...needed, filter });
        if (![200, 400, 422].includes(status)) t.fail(`${type} ${JSON.stringify(filter)}: ${JSON.stringify(body)}`);
        if (status === 200) answered += 1;
      }
    }
    const sent = service.sandbox.requests.map(({ path, query }) => `${path}?${query}`);
    t.strictSame(
      sent.filter((url) => /undefined|null|NaN|\[object|=(&|$)/.test(url)),
      [],
    );
    service.sandbox.requests.length = 0;
    t.ok(answered > filters.length, `${type}: ${answered} filters were right`);
  }
});

t.test('an empty limit of a custom field is left out, and a range needs one', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const list = (custom_fields_values: object) =>
    service.step('amocrm_list_leads', { filter: { custom_fields_values } });
  t.equal((await list({ BUDGET: { from: '', to: 5 } })).status, 200);
  t.match(service.sandbox.requests.at(-1)?.query, /^filter\[custom_fields_values\]\[\d+\]\[to\]=5&limit/);
  const at = 'params.filter.custom_fields_values.BUDGET';
  t.strictSame(failureOf(await list({ BUDGET: { from: '', to: null } })), [422, 'INVALID_FIELD_VALUE', at]);
  t.strictSame(failureOf(await list({ BUDGET: [1, '', null] })), [422, 'INVALID_FIELD_VALUE', `${at}[1]`, `${at}[2]`]);
});

t.test('one custom field under two names is refused, and both are named', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const field = service.sandbox.store.fields.leads
    .values()
    .toArray()
    .find(({ code }) => code === 'BUDGET');
  const filter = { custom_fields_values: { BUDGET: 5, [` ${field?.name} `]: { from: 1 }, [String(field?.id)]: 7 } };
  const answer = await service.step('amocrm_list_leads', { filter });
  const at = 'params.filter.custom_fields_values';
  const [status, code, ...paths] = failureOf(answer);
  t.strictSame([status, code], [400, 'INVALID_REQUEST']);
  t.same(new Set(paths), new Set(Object.keys(filter.custom_fields_values).map((key) => `${at}.${key}`)));
  t.match(
    answer.body.errors.map(({ message }: { message: string }) => message),
    [/same field as "/, /same field as "/, /same field as "/],
  );
});

t.test('filters as the Python plugin had them, verbatim from amoCRM’s addresses', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const { BUDGET, SOURCE } = Object.fromEntries(
    [...service.sandbox.store.fields.leads.values()].map(({ code, id }) => [code, id]),
  );
  const cases: [filter: object, query: string][] = [
    [{ 'filter[created_at][from]': 1_700_000_000 }, 'filter[created_at][from]=1700000000'],
    [
      { 'filter[statuses][0][pipeline_id]': 1, 'filter[statuses][0][status_id]': '142' },
      'filter[statuses][0][pipeline_id]=1&filter[statuses][0][status_id]=142',
    ],
    [{ [`filter[custom_fields_values][${BUDGET}][]`]: 5 }, `filter[custom_fields_values][${BUDGET}][]=5`],
    [{ [`filter[custom_fields_values][${BUDGET}][from]`]: 5 }, `filter[custom_fields_values][${BUDGET}][from]=5`],
  ];
  for (const [filter, query] of cases) {
    const { status, body } = await service.step('amocrm_list_leads', { filter });
    t.equal(status, 200, JSON.stringify(body));
    const sent = service.sandbox.requests.findLast(({ path }) => path.endsWith('/leads'));
    t.equal(decodeURIComponent(sent?.query.split('&limit')[0] ?? ''), query);
  }
  const key = `filter[custom_fields_values][${SOURCE}][]`;
  const unknown = await service.step('amocrm_list_leads', { filter: { [key]: 'Нигде' } });
  t.strictSame(failureOf(unknown), [422, 'UNKNOWN_OPTION', `params.filter.${key}`]);
  const [from, twice] = ['filter[created_at][from]', { created_at: { to: 5 } }];
  const both = await service.step('amocrm_list_leads', { filter: { [from]: 5, ...twice } });
  t.strictSame(failureOf(both), [400, 'INVALID_REQUEST', `params.filter.${from}`]);
});
