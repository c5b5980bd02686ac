import t from 'tap';
import { plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const find = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_find_contact', params);

/** What was found: the contact's id, how many held the value, and by what. */
async function found(service: Service, params: Record<string, unknown>): Promise<unknown[]> {
  const { status, body } = await find(service, params);
  if (status !== 200) return [status, body.code];
  const { success, contact, count, matched_by } = body.result;
  if (success !== true || body.result.found !== (contact !== null)) return ['an answer in contradiction', body.result];
  return [contact?.id ?? null, count, matched_by];
}

const nothing = [null, 0, null];

for (const query of ['digits', 'literal'] as const) {
  t.test(`where amoCRM searches in ${query} mode`, async (t) => {
    t.test('a contact is found by its telegram id', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const context = { user: 'u1', __step_error__: 'stale' };
      const params = { telegram_id: '123456789', output_var: 'found_contact' };
      const { status, body } = await service.step('amocrm_find_contact', params, { context });
      t.equal(status, 200);
      t.match(body.result, {
        success: true,
        found: true,
        count: 1,
        matched_by: 'telegram_id',
        contact: { id: 12346, name: 'Иван Петров', fields: { 'Telegram ID': '123456789', phone: '+79001234567' } },
      });
      t.strictSame(body.context, { user: 'u1', found_contact: body.result }, 'without the stale error');
      t.strictSame(writesTo(service.sandbox), []);
      t.strictSame(await found(service, { telegram_id: 123456789 }), [12346, 1, 'telegram_id'], 'also as a number');
    });

    t.test('a telegram id counts only in its own field and in full', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      plantContact(service.sandbox, { name: '555000', comment: '555000', telegram: '5550001', phones: ['555000'] });
      plantContact(service.sandbox, { name: 'telegram 555000', telegram: '1555000', emails: ['555000@example.com'] });
      t.strictSame(await found(service, { telegram_id: '555000' }), nothing);
      const id = plantContact(service.sandbox, { telegram: ' 555000 ' });
      t.strictSame(await found(service, { telegram_id: '555000' }), [id, 1, 'telegram_id']);
    });

    t.test('a number is found as it is stored, and never mistaken', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const planted = { telegram: '1', name: 'Звонить 79001234567' };
      plantContact(service.sandbox, { ...planted, phones: ['001234567', '1234567', '+1 900 123-45-67'] });
      plantContact(service.sandbox, { name: '+7 (900) 123-45-67', comment: '8 900 123-45-67' });
      plantContact(service.sandbox, { phones: ['+7 900 123-45-68', '+79001234567 1'] });
      for (const phone of ['+79001234567', '8 (900) 123-45-67', '79001234567', '007 900 123 45 67']) {
        t.strictSame(await found(service, { phone }), [12346, 1, 'phone'], phone);
      }
      t.strictSame(await found(service, { phone: 79001234567 }), [12346, 1, 'phone'], 'also as a number');
    });

    t.test('numbers with the same last ten digits are told apart', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const rio = plantContact(service.sandbox, { phones: ['5521912345678'] });
      t.strictSame(await found(service, { phone: '+55 11 91234-5678' }), nothing);
      const paulo = plantContact(service.sandbox, { phones: ['+5511912345678'] });
      t.strictSame(await found(service, { phone: '+55 11 91234-5678' }), [paulo, 1, 'phone']);
      t.strictSame(await found(service, { phone: '+55 21 91234-5678' }), [rio, 1, 'phone']);
    });

    t.test('a short number is found in full only', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      plantContact(service.sandbox, { phones: ['+7 815 312-34', '8153123450'] });
      t.strictSame(await found(service, { phone: '31234' }), nothing);
      const id = plantContact(service.sandbox, { phones: ['31234'] });
      t.strictSame(await found(service, { phone: '3-12-34' }), [id, 1, 'phone']);
    });

    t.test('a number that is stored in an odd spelling is found when it is given so', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      t.strictSame(await found(service, { phone: '8 (902) 555-44-55' }), [12347, 1, 'phone']);
      const other = await found(service, { phone: '+79025554455' });
      t.strictSame(
        other,
        query === 'digits' ? [12347, 1, 'phone'] : nothing,
        'otherwise it may be missed, not mistaken',
      );
    });

    t.test('an e-mail is found whatever its case, and only as a whole', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      plantContact(service.sandbox, { name: 'popova.sveta@example.com', comment: 'popova.sveta@example.com' });
      plantContact(service.sandbox, { emails: ['a.popova.sveta@example.com', 'popova.sveta@example.com.ru'] });
      t.strictSame(await found(service, { email: 'POPOVA.sveta@example.com' }), [12352, 1, 'email']);
      t.strictSame(await found(service, { email: ' popova.sveta@example.com ' }), [12352, 1, 'email']);
      t.strictSame(await found(service, { email: 'sveta@example.com' }), nothing);
    });

    t.test('deleted contacts do not count', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      service.sandbox.store.bin('contacts', 12346);
      t.strictSame(await found(service, { telegram_id: '123456789' }), nothing);
      t.strictSame(await found(service, { phone: '+79001234567' }), nothing);
    });

    t.test('a match behind two pages of decoys is found', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      for (let n = 0; n < 600; n += 1) plantContact(service.sandbox, { comment: `звонил с 79998887766, ${n}` });
      const id = plantContact(service.sandbox, { phones: ['+79998887766'] });
      t.strictSame(await found(service, { phone: '8 999 888-77-66' }), [id, 1, 'phone']);
      t.equal(readsOf(service.sandbox, 'contacts').length, 3);
    });

    t.test('of several exact matches the lowest id wins', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const [late, early] = [900_002, 900_001];
      plantContact(service.sandbox, { id: late, phones: ['79998887766'], createdAt: 1_600_000_000 });
      plantContact(service.sandbox, { id: early, phones: ['+79998887766'], createdAt: 1_700_000_000 });
      plantContact(service.sandbox, { comment: '9998887766' });
      t.strictSame(await found(service, { phone: '9998887766' }), [early, 2, 'phone']);
    });

    t.test('reading stops at the first page with a match, which has the lowest id of all', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const id = plantContact(service.sandbox, { phones: ['79998887766'], createdAt: 1_750_000_000 });
      for (let n = 0; n < 300; n += 1) plantContact(service.sandbox, { phones: ['79998887766'] });
      t.strictSame(await found(service, { phone: '79998887766' }), [id, 250, 'phone']);
      t.equal(readsOf(service.sandbox, 'contacts').length, 1);
    });

    t.test('"not found" is said after all pages', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      for (let n = 0; n < 300; n += 1) plantContact(service.sandbox, { comment: '9998887766' });
      const { body } = await find(service, { phone: '9998887766' });
      t.strictSame(body.result, { success: true, found: false, contact: null, count: 0, matched_by: null });
      t.equal(readsOf(service.sandbox, 'contacts').length, 2);
    });
  });
}

t.test('the lowest id wins also where amoCRM gives them in another order', async (t) => {
  const service = await startService(t);
  const telegram = { field_id: 123456, values: [{ value: '5' }] };
  const contacts = [90, 12, 35].map((id) => ({ id, custom_fields_values: [telegram] }));
  const action = { kind: 'status', status: 200, body: { _embedded: { contacts } } } as const;
  service.sandbox.faults.add({ path: /^\/api\/v4\/contacts$/, action });
  t.strictSame(await found(service, { telegram_id: '5' }), [12, 3, 'telegram_id']);
});

t.test('a contact that moves to the last page meanwhile hides no other', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  const decoys = Array.from({ length: 260 }, () => plantContact(sandbox, { comment: '9998887766' }));
  const id = plantContact(sandbox, { phones: ['79998887766'], createdAt: 1_700_000_001 });
  sandbox.faults.add({ path: '/api/v4/contacts', skip: 1, action: { kind: 'delay', ms: 50 } });
  const answer = found(service, { phone: '79998887766' });
  while (sandbox.requests.length < 2) await new Promise(setImmediate);
  // Somebody edits contacts of the first page while the second is on its way.
  for (const decoy of decoys.slice(0, 20))
    sandbox.store.contacts.update(decoy, (one) => {
      one.updated_at = 1_800_000_000;
    });
  t.strictSame(await answer, [id, 1, 'phone']);
});

t.test('a page that cannot be read is an error, never "not found"', async (t) => {
  const service = await startService(t);
  for (let n = 0; n < 300; n += 1) plantContact(service.sandbox, { comment: '9998887766' });
  const refuse = { kind: 'status', status: 403 } as const;
  service.sandbox.faults.add({ path: '/api/v4/contacts', skip: 1, action: refuse });
  t.match(await find(service, { phone: '9998887766' }), {
    status: 502,
    body: { code: 'AMOCRM_FORBIDDEN', context: { __step_error__: 'AmoCRM поиск контакта: недостаточно прав' } },
  });
});

t.test('a deadline before the last page is an error, never "not found"', async (t) => {
  const service = await startService(t, { env: { STEP_DEADLINE_MS: '300' } });
  for (let n = 0; n < 300; n += 1) plantContact(service.sandbox, { comment: '9998887766' });
  service.sandbox.faults.add({ path: '/api/v4/contacts', skip: 1, times: 9, action: { kind: 'hang' } });
  t.match(await find(service, { phone: '9998887766' }), {
    status: 504,
    body: { code: 'DEADLINE_EXCEEDED', retryable: true },
  });
});

t.test('criteria are tried in their order, whatever the order in the request', async (t) => {
  const service = await startService(t);
  const all = { query: 'Наталья', email: 'Timur.Akhmetov@example.com', phone: '89165550101', telegram_id: '777000111' };
  t.strictSame(await found(service, all), [12354, 1, 'telegram_id']);
  t.strictSame(await found(service, { ...all, telegram_id: '1' }), [12355, 1, 'phone']);
  t.strictSame(await found(service, { ...all, telegram_id: '1', phone: '123' }), [12349, 1, 'email']);
  const { telegram_id: _, phone: __, ...rest } = all;
  t.strictSame(await found(service, { ...rest, email: 'no@example.com' }), [12350, 1, 'query']);
  t.strictSame(
    await found(service, { ...rest, email: null, phone: '' }),
    [12350, 1, 'query'],
    'null and "" are not given',
  );
});

t.test('query takes amoCRM’s first hit as it is', async (t) => {
  const service = await startService(t);
  t.strictSame(await found(service, { query: 'иван' }), [12346, 2, 'query'], 'the one that was changed first');
  t.strictSame(await found(service, { query: 'Аристарх' }), nothing);
});

t.test('without a field for telegram_id nobody can be "not found"', async (t) => {
  const service = await startService(t);
  service.sandbox.store.fields.contacts.delete(123456);
  const { status, body } = await find(service, { telegram_id: '5', phone: '+79001234567' });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'UNKNOWN_FIELD',
      errors: [{ path: 'params.telegram_id', message: /telegram_id/ }],
      context: { __step_error__: 'AmoCRM поиск контакта: неизвестное поле' },
    },
  );
  t.strictSame(readsOf(service.sandbox, 'contacts'), []);
});

t.test('two fields for telegram_id are ambiguous', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900_001, name: 'a', code: 'telegram_id', type: 'text' });
  const { status, body } = await find(service, { telegram_id: '5' });
  t.match({ status, ...body }, { status: 422, code: 'AMBIGUOUS_FIELD', errors: [{ path: 'params.telegram_id' }] });
  t.match(body.detail, '123456, 900001');
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string, RegExp][] = [
    [{}, 'params', /at least one of telegram_id, phone, email, match_fields, query/],
    [{ phone: '', query: null }, 'params', /at least one/],
    [{ phone: 'нет' }, 'params.phone', /no digits/],
    [{ phone: '00' }, 'params.phone', /no digits/],
    [{ phone: true }, 'params.phone', /string/],
    [{ telegram_id: ['5'] }, 'params.telegram_id', /string/],
    [{ telegram_id: '  ' }, 'params.telegram_id', /blank/],
    [{ email: 5 }, 'params.email', /string/],
    [{ query: 'x'.repeat(256) }, 'params.query', /255/],
    [{ qeury: 'x', query: 'x' }, 'params.qeury', /did you mean query/],
  ];
  for (const [params, path, message] of bad) {
    const { status, body } = await find(service, params);
    const expected = { status: 400, code: 'INVALID_REQUEST', errors: [{ path, message }] };
    t.match({ status, ...body }, expected, JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});
