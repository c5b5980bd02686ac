import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { fieldIds, heldValues, itemsSent, plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const findOrCreate = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_find_or_create_contact', params);

/** Sends all at once and gives the distinct contact ids, how many said that they created, and how many succeeded. */
async function together(service: Service, requests: readonly Record<string, unknown>[]) {
  const answers = await Promise.all(requests.map((params) => findOrCreate(service, params)));
  const results = answers.filter(({ status }) => status === 200).map(({ body }) => body.result);
  const ids = new Set<number>(results.map(({ contact_id }) => contact_id));
  const created = results.filter((result) => result.created);
  const inContradiction = results.filter(
    ({ created, found, matched_by }) => created === found || found !== (matched_by !== null),
  );
  return { ids: [...ids], created: created.length, succeeded: results.length, inContradiction: inContradiction.length };
}

const spellings = ['+7 (999) 111-22-33', '8 999 1112233', '79991112233', '9991112233', '+7 999 111 22 33'];

for (const query of ['digits', 'literal'] as const) {
  t.test(`where amoCRM searches in ${query} mode`, async (t) => {
    t.test('somebody new is created with what was given, and found from then on', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const params = {
        telegram_id: 555000,
        phone: '+7 999 111-22-33',
        email: 'new@example.com',
        name: 'Пётр Ильин',
        custom_fields: { SOURCE: 'Telegram' },
        tags: ['бот'],
      };
      const { status, body } = await findOrCreate(service, params);
      t.equal(status, 200);
      t.match(body.result, {
        success: true,
        found: false,
        created: true,
        matched_by: null,
        contact: { name: 'Пётр Ильин' },
      });
      t.equal(body.output_var, 'contact');
      t.strictSame(itemsSent(service.sandbox, 'contacts'), [
        {
          name: 'Пётр Ильин',
          _embedded: { tags: [{ name: 'бот' }] },
          custom_fields_values: [
            { field_id: 123456, values: [{ value: '555000' }] },
            { field_code: 'PHONE', values: [{ value: '+7 999 111-22-33', enum_code: 'WORK' }] },
            { field_code: 'EMAIL', values: [{ value: 'new@example.com', enum_code: 'WORK' }] },
            { field_id: 123460, values: [{ enum_id: 1 }] },
          ],
        },
      ]);
      const { contact_id } = body.result;
      for (const [criterion, value] of Object.entries({
        telegram_id: '555000',
        phone: '8 999 111-22-33',
        email: 'NEW@example.com',
      })) {
        const again = await findOrCreate(service, { [criterion]: value, name: 'Другое имя' });
        t.match(again.body.result, { contact_id, found: true, created: false, matched_by: criterion });
      }
      t.equal(writesTo(service.sandbox).length, 1);
    });

    t.test('ten at once for one phone end with one contact', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      const requests = Array.from({ length: 10 }, (_, n) => ({ phone: spellings[n % 5], name: `Гость ${n}` }));
      const { ids, ...counts } = await together(service, requests);
      t.strictSame(counts, { created: 1, succeeded: 10, inContradiction: 0 });
      t.equal(ids.length, 1);
      t.equal(itemsSent(service.sandbox, 'contacts').length, 1);
    });

    t.test('phone and telegram id of one person crosswise end with one contact', async (t) => {
      const phone = '+79991112233';
      const both = { phone, telegram_id: '555000' };
      const byPhone = { phone, custom_fields: { TELEGRAM_ID: '555000' } };
      const byTelegram = { telegram_id: 555000, custom_fields: { phone: '8 999 111 22 33' } };
      for (const ways of [
        [both, byPhone, byTelegram],
        [byTelegram, byPhone],
        [byPhone, byTelegram, both],
      ]) {
        const service = await startService(t, { sandbox: { query } });
        const { ids, ...counts } = await together(service, [...ways, ...ways, ...ways.toReversed()]);
        t.strictSame(counts, { created: 1, succeeded: ways.length * 3, inContradiction: 0 });
        t.strictSame(heldValues(service.sandbox, ids[0] ?? 0, fieldIds.telegram), ['555000']);
      }
    });

    t.test('twenty at once end with one contact although amoCRM’s search lags', async (t) => {
      const service = await startService(t, { sandbox: { query, searchLagMs: 2000 } });
      const requests = Array.from({ length: 20 }, (_, n) => ({ phone: spellings[n % 5], name: `Гость ${n}` }));
      const { ids, ...counts } = await together(service, requests);
      t.strictSame(counts, { created: 1, succeeded: 20, inContradiction: 0 });
      t.equal(ids.length, 1);
      const later = await findOrCreate(service, { phone: '+79991112233' });
      t.match(later.body.result, { contact_id: ids[0], found: true, matched_by: 'phone' });
    });

    t.test('decoys do not pass for the person', async (t) => {
      const service = await startService(t, { sandbox: { query } });
      plantContact(service.sandbox, { comment: '79991112233 и 555000', name: '555000', telegram: '5550001' });
      plantContact(service.sandbox, {
        phones: ['1112233', '+55 9991112234'],
        createdAt: Math.floor(Date.now() / 1000),
      });
      service.sandbox.store.bin(
        'contacts',
        plantContact(service.sandbox, { phones: ['79991112233'], telegram: '555000' }),
      );
      const { body } = await findOrCreate(service, { phone: '79991112233', telegram_id: '555000' });
      t.match(body.result, { created: true });
    });
  });
}

t.test('twenty different people at once are twenty contacts', async (t) => {
  const service = await startService(t);
  const requests = Array.from({ length: 20 }, (_, n) => ({ phone: `+7999111${2200 + n}`, name: `Гость ${n}` }));
  const { ids, ...counts } = await together(service, requests);
  t.strictSame(counts, { created: 20, succeeded: 20, inContradiction: 0 });
  t.equal(ids.length, 20);
});

t.test('the telegram id is not doubled where custom_fields has it too', async (t) => {
  const service = await startService(t);
  const { status } = await findOrCreate(service, { telegram_id: '555000', custom_fields: { TELEGRAM_ID: '555000' } });
  t.equal(status, 200);
  const telegramId = [{ field_id: 123456, values: [{ value: '555000' }] }];
  t.strictSame(itemsSent(service.sandbox, 'contacts')[0]?.custom_fields_values, telegramId);
});

t.test('two different telegram ids are refused, both named', async (t) => {
  const service = await startService(t);
  const { status, body } = await findOrCreate(service, { telegram_id: '1', custom_fields: { TELEGRAM_ID: '2' } });
  t.strictSame(failureOf({ status, body }), [
    400,
    'INVALID_REQUEST',
    'params.telegram_id',
    'params.custom_fields.TELEGRAM_ID',
  ]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('update_data is applied to one that is found', async (t) => {
  const service = await startService(t);
  const update_data = { phone: '+79009876543', first_name: 'Ваня', notes: 'Вернулся' };
  const { body } = await findOrCreate(service, { telegram_id: '123456789', name: 'Не нужно', update_data });
  t.match(body.result, {
    contact_id: 12346,
    found: true,
    created: false,
    matched_by: 'telegram_id',
    contact: { first_name: 'Ваня', fields: { phone: '+79009876543' } },
  });
  t.strictSame(heldValues(service.sandbox, 12346, fieldIds.phone), ['+79009876543', '+79001234567']);
  t.match(itemsSent(service.sandbox, 'contacts/notes'), [{ entity_id: 12346, params: { text: 'Вернулся' } }]);
  t.strictSame(itemsSent(service.sandbox, 'contacts'), []);
});

t.test('multi_value decides what becomes of the phones of one that is found', async (t) => {
  const service = await startService(t);
  await findOrCreate(service, {
    telegram_id: '123456789',
    update_data: { phone: '+79009876543' },
    multi_value: 'replace',
  });
  t.strictSame(heldValues(service.sandbox, 12346, fieldIds.phone), ['+79009876543']);
});

t.test('update_data is not for one that is created', async (t) => {
  const service = await startService(t);
  const { body } = await findOrCreate(service, {
    phone: '+79991112233',
    name: 'Пётр',
    update_data: { notes: 'Вернулся' },
  });
  t.match(body.result, { created: true });
  t.strictSame(
    writesTo(service.sandbox).map(({ path }) => path),
    ['/api/v4/contacts'],
  );
});

t.test('among contacts that the search does not show yet the criteria keep their order', async (t) => {
  const service = await startService(t, { sandbox: { searchLagMs: 60_000 } });
  const createdAt = Math.floor(Date.now() / 1000);
  plantContact(service.sandbox, { phones: ['+79991112233'], createdAt });
  const id = plantContact(service.sandbox, { telegram: '555000', createdAt });
  plantContact(service.sandbox, { telegram: '555000', createdAt });
  const { body } = await findOrCreate(service, { phone: '+79991112233', telegram_id: '555000' });
  t.match(body.result, { contact_id: id, found: true, matched_by: 'telegram_id' });
});

t.test('a list of the newest that shows nothing for a moment makes no second contact', async (t) => {
  const service = await startService(t, { sandbox: { searchLagMs: 60_000 } });
  const params = { phone: '+79991112233', name: 'Пётр' };
  const { contact_id } = (await findOrCreate(service, params)).body.result;
  const action = { kind: 'status', status: 204 } as const;
  // The searches come first, one for each spelling.
  service.sandbox.faults.add({ method: 'GET', path: /\/contacts$/, skip: 2, action });
  t.match((await findOrCreate(service, params)).body.result, { contact_id, created: false });
});

t.test('where the newest contacts cannot be looked through, nobody is created', async (t) => {
  const service = await startService(t);
  const createdAt = Math.floor(Date.now() / 1000);
  for (let n = 0; n < 1001; n += 1) plantContact(service.sandbox, { name: `Гость ${n}`, createdAt });
  const { status, headers, body } = await findOrCreate(service, { phone: '+79991112233' });
  t.match({ status, ...body }, { status: 503, code: 'OVERLOADED', retryable: true });
  t.ok(Number(headers['retry-after']) > 0);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a free query finds or creates, and has nothing to verify', async (t) => {
  const service = await startService(t);
  t.match((await findOrCreate(service, { query: 'Мартиросов' })).body.result, {
    contact_id: 12353,
    matched_by: 'query',
  });
  t.match((await findOrCreate(service, { query: 'Аристарх', name: 'Аристарх' })).body.result, { created: true });
  t.notOk(readsOf(service.sandbox, 'contacts').some((read) => read.includes('order')));
});

t.test('a create that failed makes way for the next', async (t) => {
  const service = await startService(t);
  const refused = { phone: '+79991112233', responsible_user_id: 999 };
  const accepted = { phone: '+79991112233', name: 'Пётр' };
  const [first, second] = await Promise.all([findOrCreate(service, refused), findOrCreate(service, accepted)]);
  t.match(first, { status: 422, body: { code: 'AMOCRM_REJECTED', errors: [{ path: 'params.responsible_user_id' }] } });
  t.match(second, { status: 200, body: { result: { created: true } } });
});

t.test('faults of criteria, attributes and update_data are told together', async (t) => {
  const service = await startService(t);
  const { status, body } = await findOrCreate(service, {
    match_fields: { Нет: '1' },
    custom_fields: { SOURCE: 'Факс' },
    update_data: { DISCOUNT: '12,5' },
  });
  t.strictSame([status, body.code], [422, 'UNKNOWN_FIELD'], 'the first of the document speaks');
  t.match(body.errors, [
    { path: 'params.match_fields.Нет', message: /Нет/ },
    { path: 'params.custom_fields.SOURCE', message: /Факс/ },
    { path: 'params.update_data.DISCOUNT', message: /12,5/ },
  ]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('without a field for telegram_id nobody is created', async (t) => {
  const service = await startService(t);
  service.sandbox.store.fields.contacts.delete(123456);
  const { status, body } = await findOrCreate(service, { telegram_id: '5', name: 'Пётр' });
  t.strictSame(failureOf({ status, body }), [422, 'UNKNOWN_FIELD', 'params.telegram_id']);
  t.equal(body.errors.length, 1);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ name: 'Пётр' }, 'params'],
    [{ phone: '+79991112233', multi_value: 'merge' }, 'params.multi_value'],
    [{ phone: '+79991112233', tags: 'VIP' }, 'params.tags'],
    [{ phone: '+79991112233', update_data: [] }, 'params.update_data'],
    [{ phone: '+79991112233', update_data: { name: null } }, 'params.update_data.name'],
  ];
  for (const [params, path] of bad) {
    const { status, body } = await findOrCreate(service, params);
    t.strictSame(failureOf({ status, body }), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('a name in update_data is judged before anybody is created', async (t) => {
  const service = await startService(t);
  const params = {
    phone: '+79991112233',
    name: 'Анна',
    responsible_user: 'Нет',
    update_data: { responsible_user: 'Лебедева' },
  };
  const answer = await findOrCreate(service, params);
  const at = ['params.responsible_user', 'params.update_data.responsible_user'];
  t.strictSame(failureOf(answer), [422, 'UNKNOWN_NAME', ...at]);
  t.strictSame(writesTo(service.sandbox), []);
});
