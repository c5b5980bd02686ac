import t from 'tap';
import { type DirectoryService, makeDirectory, openAccount, startDirectory } from '../../fixtures/directory-service.ts';

/**
 * What the directory cannot tell is left to amoCRM's search, which lags: whoever would create looks among the newest
 * contacts, in a crowd as well.
 */
const searchLagMs = 60_000;
const crowd = 40;
const longAgo = { created_at: 1_700_000_000, updated_at: 1_700_000_000 };

const times = <T>(make: (index: number) => T): T[] => Array.from({ length: crowd }, (_, index) => make(index));
const phoneOf = (number: number) => `+7 901 ${String(number).padStart(7, '0')}`;
const phone = (number: number) => ({ field_code: 'PHONE', values: [{ value: phoneOf(number) }] });

/** All at once; ids of the contacts, in the order of the params. */
async function findOrCreate(service: DirectoryService, params: readonly object[]): Promise<number[]> {
  const answers = await Promise.all(
    params.map((given) => service.step('amocrm_find_or_create_contact', { name: 'Мария', ...given })),
  );
  return answers.map(({ result, code }) => result?.contact_id ?? code);
}

t.test('a crowd finds again whom it has made by a value that is too long to be indexed', async (t) => {
  const sandbox = await openAccount(t, { searchLagMs });
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const long = (index: number) => ({ Сайт: `https://example.com/${'x'.repeat(60)}/${index}` });
  const paramsOf = (from: number) => times((index) => ({ phone: phoneOf(from + index), match_fields: long(index) }));
  const made = await findOrCreate(service, paramsOf(0));
  t.equal(new Set(made).size, crowd);
  t.strictSame(await findOrCreate(service, paramsOf(1_000)), made, 'with another phone each');
});

t.test('a crowd finds again whom it has made by a field that the directory has not read yet', async (t) => {
  const sandbox = await openAccount(t, { searchLagMs });
  for (let index = 0; index < 2_000; index += 1) {
    const custom_fields_values = [phone(5_000 + index)];
    sandbox.somebody.create('contacts', { name: 'Кто-то', custom_fields_values, ...longAgo });
  }
  const service = await startDirectory(t, sandbox, makeDirectory(t), { AMO_FIELDS_TTL: '0' });
  await service.filled();
  await fetch(`${sandbox.url}/api/v4/contacts/custom_fields`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ name: 'Свежее', type: 'text' }]),
  });
  const params = times((index) => ({ match_fields: { Свежее: `значение ${index}` } }));
  const made = await findOrCreate(service, [...params, ...params]);
  t.equal(new Set(made.slice(0, crowd)).size, crowd);
  t.strictSame(made.slice(crowd), made.slice(0, crowd));
});

t.test('two at once make one contact by values that many hold, each for himself', async (t) => {
  const sandbox = await openAccount(t, { searchLagMs: 0 });
  const [position, site] = ['Должность', 'Сайт'].map((name) => {
    const field = [...sandbox.store.fields.contacts.values()].find((each) => each.name === name);
    return field?.id ?? 0;
  });
  for (let index = 0; index < 600; index += 1) {
    const common =
      index < 300
        ? { field_id: position, values: [{ value: 'Менеджер' }] }
        : { field_id: site, values: [{ value: 'https://shop.example' }] };
    sandbox.somebody.create('contacts', { name: 'Кто-то', custom_fields_values: [phone(index), common] });
  }
  const service = await startDirectory(t, sandbox);
  await service.filled();
  sandbox.settings.searchLagMs = searchLagMs;
  const others = times((index) => service.step('amocrm_find_contact', { phone: phoneOf(index) }));
  const params = { match_fields: { Должность: 'Менеджер', Сайт: 'https://shop.example' } };
  const made = await findOrCreate(service, [params, params, ...times((index) => ({ phone: phoneOf(index) }))]);
  t.equal(made[1], made[0]);
  t.equal((await findOrCreate(service, [params, ...times((index) => ({ phone: phoneOf(index) }))]))[0], made[0]);
  await Promise.all(others);
});
