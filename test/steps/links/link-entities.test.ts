import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Kind } from '../../../src/sandbox/store/models.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

type Ends = [entity_type: Kind, entity_id: unknown, to_entity_type: Kind, to_entity_id: unknown];

const paramsOf = ([entity_type, entity_id, to_entity_type, to_entity_id]: Ends) => ({
  entity_type,
  entity_id,
  to_entity_type,
  to_entity_id,
});
const link = ({ step }: Service, ends: Ends, more: object = {}): Promise<Answer> =>
  step('amocrm_link_entities', { ...paramsOf(ends), ...more });
const linked = ({ store }: Sandbox, kind: Kind, id: number, to: Kind) =>
  store.links.of({ kind, id }, to).map((each) => each.id);

/** What may be given, in both orders, and where amoCRM gets it. */
const pairs: [ends: Ends, path: string][] = [
  [['leads', 67895, 'contacts', 12347], 'leads/link'],
  [['contacts', 12347, 'leads', 67895], 'leads/link'],
  [['leads', 67895, 'companies', 33001], 'leads/link'],
  [['companies', 33001, 'leads', 67895], 'leads/link'],
  [['contacts', 12346, 'companies', 33001], 'contacts/link'],
  [['companies', '33001', 'contacts', '12346'], 'contacts/link'],
  [['customers', 98001, 'contacts', 12346], 'customers/link'],
  [['contacts', 12346, 'customers', 98001], 'customers/link'],
  [['customers', 98001, 'companies', 33002], 'customers/link'],
  [['companies', 33002, 'customers', 98001], 'customers/link'],
];
for (const [ends, path] of pairs) {
  t.test(`${ends.join(' ')}`, async (t) => {
    const service = await startService(t);
    const { sandbox } = service;
    const [kind, id, to, toId] = ends;
    const { status, body } = await link(service, ends);
    t.equal(status, 200, body.detail);
    const result = { ...paramsOf(ends), entity_id: Number(id), to_entity_id: Number(toId) };
    t.strictSame(body.result, { success: true, linked: true, ...result });
    t.strictSame(body.context, { link_result: body.result });
    t.ok(linked(sandbox, kind, Number(id), to).includes(Number(toId)));
    const [sent, ...others] = itemsSent(sandbox, path);
    t.strictSame(others, []);
    const isTurned = sent.entity_id !== Number(id);
    t.strictSame([sent.entity_id, sent.to_entity_id].sort(), [Number(id), Number(toId)].sort());
    t.equal(sent.to_entity_type, isTurned ? kind : to);
    t.equal(writesTo(sandbox).length, 1);
  });
}

t.test('a pair that amoCRM does not link is refused before it is asked', async (t) => {
  const service = await startService(t);
  const strange: [Ends, RegExp][] = [
    [['leads', 67890, 'leads', 67891], /^leads are linked to contacts, companies, catalog_elements$/],
    [['leads', 67890, 'customers', 98001], /^leads are linked to/],
    [['customers', 98001, 'leads', 67890], /^customers are linked to contacts, companies, catalog_elements$/],
    [['contacts', 12345, 'contacts', 12346], /^contacts are linked to leads, companies, customers, catalog_elements$/],
    [
      ['companies', 33001, 'companies', 33002],
      /^companies are linked to contacts, leads, customers, catalog_elements$/,
    ],
  ];
  for (const [ends, message] of strange) {
    const answer = await link(service, ends);
    t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.to_entity_type'], ends.join(' '));
    t.match(answer.body.errors[0].message, message);
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('is_main makes the contact the main one, in either order', async (t) => {
  const orders: Ends[] = [
    ['leads', 67890, 'contacts', 12347],
    ['contacts', 12347, 'leads', 67890],
  ];
  for (const ends of orders) {
    const service = await startService(t);
    const { store } = service.sandbox;
    const mainOf = () => store.links.of({ kind: 'leads', id: 67890 }, 'contacts').find(({ is_main }) => is_main)?.id;
    t.equal((await link(service, ends, { is_main: false })).status, 200);
    t.equal(mainOf(), 12345);
    t.equal((await link(service, ends, { is_main: true })).status, 200);
    t.equal(mainOf(), 12347);
    t.strictSame(
      itemsSent(service.sandbox, 'leads/link').map(({ metadata }) => metadata),
      [{ is_main: false }, { is_main: true }],
    );
  }
});

t.test('is_main goes with a contact of a lead or customer alone', async (t) => {
  const service = await startService(t);
  const others: Ends[] = [
    ['leads', 67890, 'companies', 33002],
    ['contacts', 12345, 'companies', 33002],
    ['companies', 33002, 'contacts', 12345],
  ];
  for (const ends of others) {
    t.strictSame(failureOf(await link(service, ends, { is_main: true })), [400, 'INVALID_REQUEST', 'params.is_main']);
  }
  t.strictSame(service.sandbox.requests, []);
  t.equal((await link(service, ['contacts', 12346, 'customers', 98001], { is_main: true })).status, 200);
});

t.test('a lead and a contact get another company in place of theirs', async (t) => {
  const owners: [kind: 'leads' | 'contacts', id: number][] = [
    ['leads', 67890],
    ['contacts', 12345],
  ];
  for (const [kind, id] of owners) {
    const service = await startService(t);
    const { sandbox } = service;
    t.equal((await link(service, ['companies', 33002, kind, id])).status, 200);
    t.strictSame(linked(sandbox, kind, id, 'companies'), [33002]);
    const to = { entity_id: id, to_entity_type: 'companies' };
    t.strictSame(itemsSent(sandbox, `${kind}/unlink`), [{ ...to, to_entity_id: 33001 }]);
    t.strictSame(itemsSent(sandbox, `${kind}/link`), [{ ...to, to_entity_id: 33002 }]);
    t.equal((await link(service, [kind, id, 'companies', 33002])).status, 200);
    t.equal(writesTo(sandbox).length, 2, 'nothing is written where it has that company');
  }
});

t.test('both ends must exist, whether amoCRM would refuse the link or not', async (t) => {
  for (const unknownLinks of ['refuse', 'accept'] as const) {
    const service = await startService(t, { sandbox: { unknownLinks } });
    const [one, other] = ['params.entity_id', 'params.to_entity_id'];
    const missing: [Ends, string[]][] = [
      [['leads', 999_999, 'contacts', 12345], [one]],
      [['contacts', 12345, 'leads', 999_999], [other]],
      [
        ['contacts', 999_999, 'leads', 999_998],
        [one, other],
      ],
      [
        ['leads', 999_999, 'companies', 999_998],
        [one, other],
      ],
      [['companies', 999_998, 'contacts', 12345], [one]],
      [['customers', 5, 'contacts', 12345], [one]],
    ];
    for (const [ends, paths] of missing) {
      t.strictSame(failureOf(await link(service, ends)), [404, 'ENTITY_NOT_FOUND', ...paths], ends.join(' '));
    }
    t.strictSame(writesTo(service.sandbox), []);
  }
});

t.test('what is linked already stays so', async (t) => {
  const service = await startService(t);
  t.match((await link(service, ['leads', 67890, 'contacts', 12345])).body.result, { linked: true });
  t.strictSame(linked(service.sandbox, 'leads', 67890, 'contacts'), [12345]);
});

t.test('one shared read checks the ends of many links', async (t) => {
  const service = await startService(t, { sandbox: { latencyMs: 20 } });
  const contacts = [12345, 12346, 12347, 12348, 12349];
  const answers = await Promise.all(contacts.map((id) => link(service, ['leads', 67890, 'contacts', id])));
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(readsOf(service.sandbox, 'contacts').length <= 2);
  t.ok(readsOf(service.sandbox, 'leads').length <= 2);
});

t.test('entity types are taken in the singular, and told in the plural', async (t) => {
  const { sandbox, step } = await startService(t);
  const ends = { entity_id: 12347, to_entity_id: 67890 };
  const { body } = await step('amocrm_link_entities', { entity_type: 'contact', to_entity_type: 'lead', ...ends });
  t.match(body.result, { entity_type: 'contacts', to_entity_type: 'leads', linked: true });
  t.match(itemsSent(sandbox, 'leads/link'), [{ entity_id: 67890, to_entity_type: 'contacts' }]);
});
