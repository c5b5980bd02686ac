import https from 'node:https';
import { connect } from 'node:net';
import { Amo } from '@shevernitskiy/amo';
import { Client } from 'amocrm-js';
import t from 'tap';
import { open } from './open.ts';

const DOMAIN = 'sandbox.amocrm.ru';

t.test('amocrm-js lists, creates and updates contacts and leads', async (t) => {
  const { sandbox } = await open(t);
  // This client always speaks https to a domain on port 443, by Node's global agent: the agent is told to open a plain
  // connection to the sandbox instead. What it sends over that connection is its own.
  class PlainAgent extends https.Agent {
    override createConnection() {
      return connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    }
  }
  const usual = https.globalAgent;
  https.globalAgent = new PlainAgent();
  t.teardown(() => {
    https.globalAgent = usual;
  });
  const client = new Client({
    domain: DOMAIN,
    auth: { bearer: sandbox.token, client_id: '', client_secret: '', redirect_uri: '' },
  });

  const page = await client.contacts.get({ limit: 5, page: 1 });
  t.equal(page?.getData().length, 5);
  t.ok(page?.hasNext());
  await page?.next();
  t.equal(page?.getPage(), 2);
  const [contact] = await client.contacts.create([{ name: 'Из amocrm-js' }]);
  t.equal(sandbox.store.contacts.get(contact?.id ?? 0)?.name, 'Из amocrm-js');
  await client.contacts.update([{ id: 12345, name: 'Переименована' }]);
  t.equal(sandbox.store.contacts.get(12345)?.name, 'Переименована');

  const other = new client.Contact({ first_name: 'Целиком' });
  await other.save();
  t.equal(sandbox.store.contacts.get(other.id ?? 0)?.name, 'Целиком');

  const lead = new client.Lead({ name: 'Сделка', price: 7000 });
  await lead.save();
  t.match(sandbox.store.leads.get(lead.id ?? 0), { name: 'Сделка', price: 7000, status_id: 1002 });
  lead.price = 9000;
  await lead.save();
  t.equal(sandbox.store.leads.get(lead.id ?? 0)?.price, 9000);
  t.match(await client.leads.getById(67890), { name: 'Фирменный стиль для кофейни' });
});

t.test('@shevernitskiy/amo lists, creates and updates contacts and leads after an OAuth exchange', async (t) => {
  const { sandbox } = await open(t);
  // This client builds https://<domain>/… for the global fetch; only that origin is exchanged for the sandbox's.
  const usual = globalThis.fetch;
  globalThis.fetch = (target, init) => usual(String(target).replace(`https://${DOMAIN}`, sandbox.url), init);
  t.teardown(() => {
    globalThis.fetch = usual;
  });
  const amo = new Amo(
    DOMAIN,
    {
      client_id: sandbox.oauth.clientId,
      client_secret: sandbox.oauth.clientSecret,
      grant_type: 'authorization_code',
      code: sandbox.oauth.authCode(),
      redirect_uri: sandbox.oauth.redirectUri,
    },
    { request_delay: 0 },
  );

  const page = await amo.contact.getContacts({ limit: 3 });
  t.equal(page._embedded.contacts.length, 3);
  const made = await amo.contact.addContacts([
    {
      name: 'Из amo',
      custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+7999', enum_code: 'WORK' }] }],
    },
  ]);
  const id = made._embedded.contacts[0]?.id ?? 0;
  t.equal(sandbox.store.contacts.get(id)?.custom_fields_values[0]?.values[0]?.value, '+7999');
  await amo.contact.updateContactById(id, { name: 'Иначе' });
  t.match(await amo.contact.getContactById(id), { name: 'Иначе' });

  const leads = await amo.lead.addLeads([{ name: 'Сделка', price: 100 }]);
  const lead = leads._embedded.leads?.[0]?.id ?? 0;
  await amo.lead.updateLeads([{ id: lead, price: 200 }]);
  t.equal(sandbox.store.leads.get(lead)?.price, 200);
  t.equal((await amo.lead.getLeads({ limit: 2 }))._embedded.leads.length, 2);
  await t.rejects(amo.contact.getContactById(1), 'its own class for 204');
});
