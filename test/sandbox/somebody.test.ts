import t from 'tap';
import { open } from './open.ts';

t.test('somebody else creates and edits, unlogged and unharmed', async (t) => {
  const { call, sandbox } = await open(t, { now: () => 1_800_000_000_000 });
  sandbox.faults.add({ action: { kind: 'drop' } });
  const { somebody } = sandbox;
  const id = somebody.create('contacts', { name: 'Из таблицы', created_at: 1_500_000_000 });
  t.match(sandbox.store.contacts.get(id), { created_at: 1_500_000_000, created_by: 8000002 });
  somebody.update('contacts', { id, name: 'Другой рукой' }, 8000003);
  t.match(sandbox.store.contacts.get(id), { name: 'Другой рукой', updated_by: 8000003, updated_at: 1_800_000_000 });
  somebody.create(`contacts/${id}/notes`, { note_type: 'common', params: { text: 'Звонил' } });
  t.equal(sandbox.store.notes.contacts.values().at(-1)?.created_by, 8000002);
  t.throws(() => somebody.create('leads', { price: 'много' }), /POST leads by somebody else is refused.*InvalidType/);
  t.equal(sandbox.requests.length, 0);

  const write = { method: 'POST', path: 'leads', body: [{ name: 'Чужая' }] };
  const { json } = await call('POST', '/_sandbox/somebody', write);
  t.match(sandbox.store.leads.get(json._embedded.leads[0].id), { name: 'Чужая', created_by: 8000002 });
  t.equal((await call('POST', '/_sandbox/somebody', { ...write, body: [{ price: '1' }] })).status, 400);
  t.match(await call('POST', '/_sandbox/somebody', { ...write, method: 'GET' }), {
    status: 400,
    json: { error: /method/ },
  });
});

t.test('somebody else writes in the middle of a call', async (t) => {
  const { call, sandbox } = await open(t);
  const meanwhile = {
    kind: 'meanwhile',
    method: 'PATCH',
    path: 'contacts',
    body: [{ id: 12345, first_name: 'Чужое' }],
  } as const;
  const held = () => sandbox.store.contacts.get(12345)?.first_name;

  sandbox.faults.add({ method: 'GET', action: { kind: 'after', next: meanwhile } });
  t.match((await call('GET', '/api/v4/contacts/12345')).json, { first_name: 'Мария' }, 'read before it');
  t.equal(held(), 'Чужое');

  await call('POST', '/_sandbox/faults', { method: 'PATCH', action: meanwhile });
  await call('PATCH', '/api/v4/contacts', [{ id: 12345, first_name: 'Своё' }]);
  t.equal(held(), 'Своё', 'written after it');

  sandbox.faults.add({ method: 'PATCH', action: { ...meanwhile, next: { kind: 'status', status: 500 } } });
  t.equal((await call('PATCH', '/api/v4/contacts', [{ id: 12345, first_name: 'Никогда' }])).status, 500);
  t.equal(held(), 'Чужое', 'and what comes next decides about the call');
});
