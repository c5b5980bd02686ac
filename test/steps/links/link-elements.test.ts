import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Kind } from '../../../src/sandbox/store/models.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

/** Elements of lists: 552001 and 552002 stand in «Товары» (5502), 553001 in «Площадки» (5503). */

const link = 'amocrm_link_entities';
const unlink = 'amocrm_unlink_entities';
const lead = { entity_type: 'leads', entity_id: 67890 };
const ends = { ...lead, to_entity_type: 'catalog_elements', to_entity_id: 552001 };
const elementsOf = ({ store }: Sandbox, kind: Kind, id: number) => store.links.of({ kind, id }, 'catalog_elements');

t.test('an element is linked with its list, by name or id, and what else is given', async (t) => {
  const given: [params: object, metadata: object, amount: object][] = [
    [{ catalog: ' товары ' }, { catalog_id: 5502 }, { quantity: 1, price_id: null }],
    [
      { catalog_id: '5502', quantity: 2 },
      { catalog_id: 5502, quantity: 2 },
      { quantity: 2, price_id: null },
    ],
    [
      { catalog: '5502', quantity: '1.5' },
      { catalog_id: 5502, quantity: 1.5 },
      { quantity: 1.5, price_id: null },
    ],
    [
      { catalog_id: 5502, price_id: 523402 },
      { catalog_id: 5502, price_id: 523402 },
      { quantity: 1, price_id: 523402 },
    ],
  ];
  for (const [params, metadata, amount] of given) {
    const { sandbox, step } = await startService(t);
    const { status, body } = await step(link, { ...ends, ...params });
    t.equal(status, 200, body.detail);
    t.strictSame(body.result, { success: true, linked: true, ...ends });
    const [sent, ...others] = itemsSent(sandbox, 'leads/link');
    t.strictSame(others, []);
    t.strictSame(sent, { entity_id: 67890, to_entity_id: 552001, to_entity_type: 'catalog_elements', metadata });
    t.match(elementsOf(sandbox, 'leads', 67890), [{ id: 552001, amount }]);
  }
});

t.test('elements are linked to entities of all types, and unlinked', async (t) => {
  const owners: [kind: Kind, id: number][] = [
    ['leads', 67890],
    ['contacts', 12345],
    ['companies', 33001],
    ['customers', 98001],
  ];
  for (const [kind, entity_id] of owners) {
    const { sandbox, step } = await startService(t);
    const params = { entity_type: kind, entity_id, to_entity_type: 'catalog_element', to_entity_id: 553001 };
    t.match((await step(link, { ...params, catalog: 'Площадки' })).body.result, {
      linked: true,
      to_entity_type: 'catalog_elements',
    });
    t.match(elementsOf(sandbox, kind, entity_id), [{ id: 553001 }]);
    t.match((await step(unlink, { ...params, catalog: 'Площадки' })).body.result, { unlinked: true });
    t.strictSame(elementsOf(sandbox, kind, entity_id), []);
    t.strictSame(itemsSent(sandbox, `${kind}/unlink`), [
      {
        entity_id,
        to_entity_id: 553001,
        to_entity_type: 'catalog_elements',
        metadata: { catalog_id: 5503 },
      },
    ]);
    t.match((await step(unlink, { ...params, catalog_id: 5503 })).body.result, { unlinked: false });
    t.equal(writesTo(sandbox).length, 2);
  }
});

t.test('a list and an element that are not there are told by their params', async (t) => {
  const { sandbox, step } = await startService(t);
  const missing: [params: object, failure: unknown[]][] = [
    [{ catalog: 'Нет такого' }, [422, 'UNKNOWN_NAME', 'params.catalog']],
    [{ catalog_id: 404 }, [404, 'ENTITY_NOT_FOUND', 'params.to_entity_id']],
    [{ catalog_id: 5503 }, [404, 'ENTITY_NOT_FOUND', 'params.to_entity_id']],
    [{ catalog: 'Товары', to_entity_id: 5 }, [404, 'ENTITY_NOT_FOUND', 'params.to_entity_id']],
    [{ catalog: 'Товары', entity_id: 999_999 }, [404, 'ENTITY_NOT_FOUND', 'params.entity_id']],
    [{ catalog: 'Нет такого', entity_id: 999_999 }, [404, 'ENTITY_NOT_FOUND', 'params.entity_id', 'params.catalog']],
  ];
  for (const type of [link, unlink]) {
    for (const [params, failure] of missing) {
      t.strictSame(failureOf(await step(type, { ...ends, ...params })), failure, JSON.stringify(params));
    }
  }
  t.strictSame(writesTo(sandbox), []);
});

t.test('params that do not go with the ends are refused before amoCRM is asked', async (t) => {
  const { sandbox, step } = await startService(t);
  const contact = { ...lead, to_entity_type: 'contacts', to_entity_id: 12345 };
  const bad: [params: object, ...paths: string[]][] = [
    [ends, 'catalog_id'],
    [{ ...ends, catalog: 'Товары', is_main: true }, 'is_main'],
    [{ ...ends, catalog: 'Товары', catalog_id: 5502 }, 'catalog_id'],
    [{ ...ends, catalog: 'Товары', quantity: 0 }, 'quantity'],
    [{ ...ends, catalog: 'Товары', quantity: '1,5' }, 'quantity'],
    [{ ...contact, catalog: 'Товары', quantity: 2, price_id: 523402 }, 'catalog', 'quantity', 'price_id'],
  ];
  for (const [params, ...paths] of bad) {
    const told = paths.map((path) => `params.${path}`);
    t.strictSame(failureOf(await step(link, params)), [400, 'INVALID_REQUEST', ...told]);
  }
  t.strictSame(failureOf(await step(unlink, ends)), [400, 'INVALID_REQUEST', 'params.catalog_id']);
  t.strictSame(sandbox.requests, []);
});

t.test('100 links of a product at once share calls and the read that checks it', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 20 } });
  const leads = await Promise.all(
    Array.from({ length: 100 }, (_, index) => step('amocrm_create_lead', { name: `Сделка ${index}` })),
  );
  const before = writesTo(sandbox).length;
  const answers = await Promise.all(
    leads.map(({ body }) => step(link, { ...ends, entity_id: body.result.lead_id, catalog: 'Товары' })),
  );
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(writesTo(sandbox).length - before <= 4, `${writesTo(sandbox).length - before} calls`);
  t.equal(readsOf(sandbox, 'catalogs/5502/elements').length, 1);
  t.equal(readsOf(sandbox, 'catalogs').length, 1);
});
