import t from 'tap';
import type { Kind } from '../../../src/sandbox/store/models.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

type Ends = [entity_type: Kind, entity_id: number, to_entity_type: Kind, to_entity_id: number];

const paramsOf = ([entity_type, entity_id, to_entity_type, to_entity_id]: Ends) => ({
  entity_type,
  entity_id,
  to_entity_type,
  to_entity_id,
});
const unlink = ({ step }: Service, ends: Ends): Promise<Answer> => step('amocrm_unlink_entities', paramsOf(ends));

/** Links of the account, in both orders, and where amoCRM gets it. */
const pairs: [ends: Ends, path: string][] = [
  [['leads', 67890, 'contacts', 12345], 'leads/unlink'],
  [['contacts', 12345, 'leads', 67890], 'leads/unlink'],
  [['companies', 33001, 'leads', 67890], 'leads/unlink'],
  [['contacts', 12345, 'companies', 33001], 'contacts/unlink'],
  [['companies', 33001, 'contacts', 12345], 'contacts/unlink'],
];
for (const [ends, path] of pairs) {
  t.test(`${ends.join(' ')}`, async (t) => {
    const service = await startService(t);
    const { sandbox } = service;
    const [kind, id, to, toId] = ends;
    const { status, body } = await unlink(service, ends);
    t.equal(status, 200, body.detail);
    t.strictSame(body.result, { success: true, unlinked: true, ...paramsOf(ends) });
    t.strictSame(body.context, { unlink_result: body.result });
    t.notOk(sandbox.store.links.of({ kind, id }, to).some((each) => each.id === toId));
    t.equal(itemsSent(sandbox, path).length, 1);
    t.equal(writesTo(sandbox).length, 1);
    const again = await unlink(service, ends);
    t.strictSame(again.body.result, { success: true, unlinked: false, ...paramsOf(ends) });
    t.equal(writesTo(sandbox).length, 1, 'nothing is written where there is no link');
  });
}

t.test('of two at once for one link, one undoes it', async (t) => {
  const service = await startService(t, { sandbox: { latencyMs: 20 } });
  const answers = await Promise.all([1, 2].map(() => unlink(service, ['leads', 67890, 'contacts', 12345])));
  t.strictSame(answers.map(({ body }) => body.result.unlinked).sort(), [false, true]);
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a link that somebody else undoes meanwhile is none any more, where amoCRM refuses to undo it', async (t) => {
  const { step, sandbox } = await startService(t);
  const byHand = (path: string, to_entity_id: number, to_entity_type: string, entity_id: number) =>
    sandbox.faults.add({
      method: 'POST',
      path: `/api/v4/${path}`,
      action: { kind: 'meanwhile', method: 'POST', path, body: [{ entity_id, to_entity_id, to_entity_type }] },
    });
  byHand('leads/unlink', 12345, 'contacts', 67890);
  const ends = paramsOf(['leads', 67890, 'contacts', 12345]);
  t.match(await step('amocrm_unlink_entities', ends), { status: 200, body: { result: { unlinked: false } } });
  byHand('contacts/unlink', 33001, 'companies', 12345);
  const company = { contact_id: 12345, company_id: 33001 };
  const own = await step('amocrm_unlink_contact_from_company', company);
  t.strictSame(own.body.result, { success: true, unlinked: false, ...company });
});

t.test('both ends must exist', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  const missing: [Ends, string[]][] = [
    [['leads', 999_999, 'contacts', 12345], ['params.entity_id']],
    [['contacts', 12345, 'leads', 999_999], ['params.to_entity_id']],
    [
      ['companies', 5, 'contacts', 6],
      ['params.entity_id', 'params.to_entity_id'],
    ],
  ];
  // What amoCRM answers for the links of an entity that it does not have is not documented.
  sandbox.faults.add({
    method: 'GET',
    path: '/api/v4/leads/999999/links',
    action: { kind: 'status', status: 404, body: 'problem' },
  });
  for (const [ends, paths] of missing) {
    t.strictSame(failureOf(await unlink(service, ends)), [404, 'ENTITY_NOT_FOUND', ...paths], ends.join(' '));
  }
  t.strictSame(writesTo(sandbox), []);
});

t.test('a pair that amoCRM does not link is refused before it is asked', async (t) => {
  const service = await startService(t);
  const answer = await unlink(service, ['leads', 67890, 'leads', 67891]);
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.to_entity_type']);
  t.strictSame(service.sandbox.requests, []);
});
