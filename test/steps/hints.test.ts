import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { startService } from '../fixtures/service.ts';

const { step, sandbox } = await startService(t);

interface Pair {
  /** Keys from the params to the object that has both. */
  path: string[];
  name: string;
}

/** All pairs of a name and an id that the params take, at any depth. */
function pairsIn(schema: unknown, path: string[] = []): Pair[] {
  const properties: Record<string, unknown> = Object(schema).properties ?? {};
  const own = Object.keys(properties).filter((name) => isNameParam(properties, name));
  const inner = Object.entries(properties).flatMap(([key, part]) => pairsIn(part, [...path, key]));
  return [...own.map((name) => ({ path, name })), ...inner];
}

/** `contact` beside `contact_id` is a whole new contact. */
function isNameParam(properties: Record<string, unknown>, name: string): boolean {
  return `${name}_id` in properties && Object(properties[name]).type !== 'object';
}

const nest = (path: string[], value: object): object => path.reduceRight((inner, key) => ({ [key]: inner }), value);

for (const { type, params } of steps) {
  const pairs = pairsIn(params);
  if (pairs.length === 0) continue;
  t.test(`${type}: a name in place of an id is sent to the param for names`, async (t) => {
    for (const { path, name } of pairs) {
      const place = ['params', ...path, `${name}_id`].join('.');
      const { status, body } = await step(type, nest(path, { [`${name}_id`]: 'Договор' }));
      t.equal(status, 400);
      const fault = body.errors.find((error: { path: string }) => error.path === place);
      t.equal(fault?.message, `must be integer; a name goes in ${[...path, name].join('.')} (sent: "Договор")`);
    }
  });
}

t.test('in a filter too, where the step has a param for the name', async (t) => {
  const faultsOf = async (type: string, params: object) => (await step(type, params)).body.errors;
  const hint = (name: string) => ({
    message: new RegExp(`^must be integer; a name goes in ${name} \\(sent: ".+"\\)$`),
  });
  const filter = {
    pipeline_id: 'Продажи',
    'filter[responsible_user_id]': ['Ольга'],
    statuses: [{ pipeline_id: 1, status_id: 'Договор' }],
  };
  t.match(await faultsOf('amocrm_list_leads', { filter }), [
    { path: 'params.filter.pipeline_id', ...hint('pipeline') },
    { path: 'params.filter.filter[responsible_user_id][0]', ...hint('responsible_user') },
    { path: 'params.filter.statuses[0].status_id', ...hint('status') },
  ]);
  t.match(await faultsOf('amocrm_list_tasks', { filter: { task_type: 'Звонок' } }), [hint('task_type')]);
  t.strictSame(await faultsOf('amocrm_list_tasks', { filter: { entity_type: 'leads', entity_id: 'Заявка' } }), [
    { path: 'params.filter.entity_id', message: 'must be integer, such as 67896 (sent: "Заявка")' },
  ]);
});

t.test('what is no name, and what has no param for names, is told without', async (t) => {
  for (const status_id of ['12.5', '-1', 1.5, true, {}]) {
    const { body } = await step('amocrm_move_lead', { lead_id: 'Договор', status_id });
    const slips = new Map<unknown, string>([
      ['12.5', ', without a fraction'],
      [1.5, ', without a fraction'],
      ['-1', ', not negative'],
    ]);
    const slip = slips.get(status_id) ?? '';
    const sent = typeof status_id === 'object' ? '{…}' : JSON.stringify(status_id);
    t.same(body.errors, [
      { path: 'params.lead_id', message: 'must be integer, such as 67890 (sent: "Договор")' },
      { path: 'params.status_id', message: `must be integer, such as 142${slip} (sent: ${sent})` },
    ]);
  }
  t.strictSame(sandbox.requests, []);
});

t.test('what was probably meant is told', async (t) => {
  const faultsOf = async (type: string, params: object) => (await step(type, params)).body.errors;
  const [unknown] = await faultsOf('amocrm_create_task', { text: 'Перезвонить', lead_id: 67890, complete_in: 60 });
  t.strictSame(unknown, {
    path: 'params.lead_id',
    message: 'is not a param; give entity_type "leads" and entity_id instead',
  });
  const note = await faultsOf('amocrm_add_note', { contact_id: 12345, text: 'Звонил' });
  t.match(note[0], { message: 'is not a param; give entity_type "contacts" and entity_id instead' });
  const elsewhere = await faultsOf('amocrm_create_lead', { catalog_id: 12345 });
  t.match(elsewhere[0], { message: /^is not a param; (?!give)/ });
  t.match(await faultsOf('amocrm_add_tags', { entity_type: 'leads', entity_id: 67890, tags: { name: 'VIP' } }), [
    { path: 'params.tags', message: 'must be array, such as ["Telegram","VIP"]' },
  ]);
  t.match(await faultsOf('amocrm_create_task', { text: 'Перезвонить', complete_in: '1h' }), [
    { path: 'params.complete_in', message: 'must be integer, such as 3600' },
  ]);
});

t.test('params that stand beside the wrapper are named', async (t) => {
  const faultsOf = async (payload: object) => (await step('amocrm_create_lead', undefined, payload)).body.errors;
  const wrapper = (message: string) => [{ path: 'params', message }];
  t.strictSame(
    await faultsOf({ name: 'Заявка', price: 5, color: 1 }),
    wrapper('is required; move name, price into it'),
  );
  t.strictSame(await faultsOf({ color: 1 }), wrapper('is required'));
  t.strictSame(await faultsOf({ id: 'a', type: 'amocrm_create_lead' }), wrapper('is required'));
});

t.test('what belongs into a part is sent there', async (t) => {
  const { body } = await step('amocrm_intake', {
    phone: '+79001234567',
    lead_name: 'Заявка',
    status: 'Договор',
    zzz: 1,
  });
  t.match(body.errors, [
    { path: 'params.lead_name', message: 'is not a param; give it in lead: {"name": …}' },
    { path: 'params.status', message: 'is not a param; give it in lead: {"status": …}' },
    { path: 'params.zzz', message: /^is not a param; params: / },
  ]);
});
