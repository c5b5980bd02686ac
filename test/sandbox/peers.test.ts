import https from 'node:https';
import { connect } from 'node:net';
import { Amo } from '@shevernitskiy/amo';
import { Client } from 'amocrm-js';
import t, { type Test } from 'tap';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { open } from './open.ts';

const DOMAIN = 'sandbox.amocrm.ru';

/** amocrm-js, with the long-lived token. */
function clientOf(t: Test, sandbox: Sandbox): Client {
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
  const auth = { bearer: sandbox.token, client_id: '', client_secret: '', redirect_uri: '' };
  return new Client({ domain: DOMAIN, auth });
}

/** @shevernitskiy/amo, which exchanges a code for its tokens. */
function amoOf(t: Test, sandbox: Sandbox): Amo {
  // This client builds https://<domain>/… for the global fetch; only that origin is exchanged for the sandbox's.
  const usual = globalThis.fetch;
  globalThis.fetch = (target, init) => usual(String(target).replace(`https://${DOMAIN}`, sandbox.url), init);
  t.teardown(() => {
    globalThis.fetch = usual;
  });
  const { clientId, clientSecret, redirectUri } = sandbox.oauth;
  const code = { grant_type: 'authorization_code' as const, code: sandbox.oauth.authCode() };
  const app = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri };
  return new Amo(DOMAIN, { ...app, ...code }, { request_delay: 0 });
}

t.test('amocrm-js lists, creates and updates contacts and leads', async (t) => {
  const { sandbox } = await open(t);
  const client = clientOf(t, sandbox);
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
  const amo = amoOf(t, sandbox);
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

t.test('amocrm-js makes tasks and companies, and lists what belongs to a lead', async (t) => {
  const { sandbox } = await open(t);
  sandbox.store.tasks.clear();
  const client = clientOf(t, sandbox);
  const company = new client.Company({ name: 'ООО «Сверстник»' });
  await company.save();
  t.equal(sandbox.store.companies.get(company.id ?? 0)?.name, 'ООО «Сверстник»');
  const task = new client.Task({
    text: 'Позвонить',
    complete_till: 2_000_000_000,
    entity_id: 67890,
    entity_type: 'leads',
  });
  await task.save();
  t.match(sandbox.store.tasks.get(task.id ?? 0), { text: 'Позвонить', entity_id: 67890 });
  task.is_completed = true;
  task.result = { text: 'Дозвонились' };
  await task.save();
  t.match(sandbox.store.tasks.get(task.id ?? 0), { is_completed: true, result: { text: 'Дозвонились' } });
  t.equal((await client.tasks.get({ limit: 5 }))?.getData().length, 1);
  const { data } = await client.request.post<{ _embedded: { notes: { id: number }[] } }>('/api/v4/leads/67890/notes', [
    { note_type: 'common', params: { text: 'из amocrm-js' } },
  ]);
  t.match(sandbox.store.notes.leads.get(data._embedded.notes[0]?.id ?? 0)?.params, { text: 'из amocrm-js' });
});

t.test('@shevernitskiy/amo works with tasks, notes, tags and links', async (t) => {
  const { sandbox } = await open(t);
  const amo = amoOf(t, sandbox);
  const entity = { entity_id: 67890, entity_type: 'leads' as const };
  const made = await amo.task.addTasks([{ text: 'Смета', complete_till: 2_000_000_000, task_type_id: 2, ...entity }]);
  const task = made._embedded.tasks[0]?.id ?? 0;
  await amo.task.updateTaskById(task, { text: 'Смета и договор' });
  await amo.task.completeTaskById(task, { is_completed: true, result: { text: 'Отправлено' } });
  t.match(await amo.task.getTaskById(task), { text: 'Смета и договор', result: { text: 'Отправлено' } });

  await amo.note.addNotes('leads', [{ entity_id: 67890, note_type: 'common', params: { text: 'из amo' } }]);
  const notes = await amo.note.getNotesByEntityId(67890, 'leads', { limit: 50 });
  t.match(notes._embedded.notes.at(-1), { params: { text: 'из amo' } });

  const tags = await amo.tag.addTags('leads', [
    { name: 'брендинг', color: null },
    { name: 'новый', color: null },
  ]);
  const [known] = sandbox.store.tags.leads.values();
  t.equal(tags._embedded.tags[0]?.id, known?.id, 'a name that exists answers its id');
  await amo.lead.updateLeadById(67890, { _embedded: { tags: [{ name: 'новый' }] } });
  t.match(await amo.lead.getLeadById(67890), { _embedded: { tags: [{ name: 'новый' }] } });

  const link = { to_entity_id: 12353, to_entity_type: 'contacts' as const };
  await amo.link.addLinksByEntityId(67890, 'leads', [{ ...link, metadata: { is_main: true } }]);
  const links = await amo.link.getLinksByEntityId(67890, 'leads');
  t.match(links._embedded.links, [{}, {}, { to_entity_id: 12353, metadata: { main_contact: true } }]);
  await t.rejects(amo.link.deleteLinksByEntityId(67890, 'leads', [link]), 'its own class for 204');
  t.equal((await amo.link.getLinksByEntityId(67890, 'leads'))._embedded.links.length, 2);
});

t.test('@shevernitskiy/amo reads dictionaries, defines fields and makes whole leads', async (t) => {
  const { sandbox } = await open(t);
  const amo = amoOf(t, sandbox);
  t.match(await amo.user.getUserById(8000002), { name: 'Ольга Лебедева' });
  t.match(await amo.user.getUsers({ limit: 2 }), { _total_items: 3, _embedded: { users: [{ id: 8000001 }, {}] } });
  t.match((await amo.pipeline.getPipelines())._embedded.pipelines, [{ name: 'Продажи', is_main: true }, {}]);
  t.match(await amo.pipeline.getStatusesById(1003, 1), { name: 'Переговоры' });
  const [field] = (
    await amo.custom_fields.addCustomFields('leads', [
      { name: 'Размер', type: 'select', enums: [{ value: 'S', sort: 1 }] },
    ])
  )._embedded.custom_fields;
  await amo.custom_fields.updateCustomFieldById(field?.id ?? 0, 'leads', { name: 'Габарит', type: 'select' });
  t.match(await amo.custom_fields.getCustomFieldById(field?.id ?? 0, 'leads'), {
    name: 'Габарит',
    enums: [{ value: 'S' }],
  });
  const [whole] = await amo.lead.addComplex([
    { name: 'Целиком', price: 100, _embedded: { contacts: [{ name: 'Пётр' }], companies: [{ name: 'ООО «П»' }] } },
  ]);
  t.match(whole, { contact_id: Number, company_id: Number, merged: false });
  t.match(await amo.lead.getLeadById(whole?.id ?? 0, { with: ['contacts'] }), {
    _embedded: { contacts: [{ id: whole?.contact_id, is_main: true }], companies: [{ id: whole?.company_id }] },
  });
  await amo.custom_fields.deleteCustomFieldById(field?.id ?? 0, 'leads');
  t.notOk(sandbox.store.fields.leads.has(field?.id ?? 0));
});

t.test('@shevernitskiy/amo renews its token when the day is over', async (t) => {
  let now = Date.now();
  const { sandbox } = await open(t, { now: () => now });
  const amo = amoOf(t, sandbox);
  await amo.account.getAccount();
  const first = amo.token?.access_token;
  now += 2 * 86_400_000;
  const moment = Date.now;
  Date.now = () => now;
  t.teardown(() => {
    Date.now = moment;
  });
  t.match(await amo.account.getAccount({ with: ['task_types'] }), {
    _embedded: { task_types: [{ id: 1 }, { id: 2 }] },
  });
  t.not(amo.token?.access_token, first);
  t.match(sandbox.requests.at(-2), { path: '/oauth2/access_token', body: { grant_type: 'refresh_token' } });
});
