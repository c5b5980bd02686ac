import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import t from 'tap';
import { itemsSent } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

const bot = 'key-of-an-agent-that-writes';
const reader = 'key-of-an-agent-that-reads';
const { app, sandbox } = await startService(t, { env: { API_KEYS: `bot=${bot},reader:read=${reader}` } });
const address = await app.listen({ port: 0 });

/** The protocol's own client; connected as a client of its newest revision, or of 2025. */
async function connect(key: string, era: 'auto' | 'legacy' = 'auto', language = 'en'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  const requestInit = { headers: { authorization: `Bearer ${key}`, 'accept-language': language } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${address}/mcp`), { requestInit }));
  t.teardown(() => client.close());
  return client;
}

for (const era of ['auto', 'legacy'] as const) {
  t.test(`${era}: tools are listed and called`, async (t) => {
    sandbox.requests.length = 0;
    const client = await connect(bot, era);
    t.match(client.getInstructions(), /Find before you create/);
    const { tools } = await client.listTools();
    t.ok(tools.some(({ name }) => name === 'amocrm_create_lead'));
    t.notOk(
      tools.some(({ name }) => name === 'amocrm_list_users'),
      'not by default',
    );
    const found = await client.callTool({ name: 'amocrm_find_contact', arguments: { telegram_id: '123456789' } });
    t.match(found, { structuredContent: { success: true, found: true, contact: { name: 'Иван Петров' } } });
    t.not(found.isError, true);
    const name = `Заявка ${era}`;
    const lead = await client.callTool({ name: 'amocrm_create_lead', arguments: { name, pipeline: 'Продажи' } });
    t.match(lead.structuredContent, { lead_id: Number, lead: { name } });
    const again = await client.callTool({ name: 'amocrm_create_lead', arguments: { pipeline: 'Продажи', name } });
    t.strictSame(again.structuredContent, lead.structuredContent, 'equal calls are one');
    const remark = { type: 'text', text: /^This is the answer of an equal call/ };
    t.match(again.content, [{ type: 'text' }, remark], 'and the agent is told');
    t.strictSame([lead.content].flat().length, 1);
    t.equal(itemsSent(sandbox, 'leads').length, 1);
  });
}

t.test('a dry run writes nothing', async (t) => {
  sandbox.requests.length = 0;
  const client = await connect(bot);
  const args = { name: 'Проба', dry_run: true };
  const { structuredContent } = await client.callTool({ name: 'amocrm_create_lead', arguments: args });
  t.match(structuredContent, { dry_run: true, lead_id: Number, requests: [{ method: 'POST', path: '/api/v4/leads' }] });
  t.equal(itemsSent(sandbox, 'leads').length, 0);
});

t.test('a dry run may be asked for in text; what says neither yes nor no writes nothing', async (t) => {
  sandbox.requests.length = 0;
  const client = await connect(bot, 'auto', 'ru');
  const ask = (dry_run: unknown) =>
    client.callTool({ name: 'amocrm_create_lead', arguments: { name: 'Проба словом', dry_run } });
  t.match((await ask('true')).structuredContent, { dry_run: true, lead_id: Number });
  for (const odd of ['yes', 1, null, '']) {
    const { isError, structuredContent } = await ask(odd);
    t.equal(isError, true);
    t.match(structuredContent, { code: 'INVALID_REQUEST', detail: /^dry_run: нужно true или false/ });
  }
  t.equal(itemsSent(sandbox, 'leads').length, 0);
  t.match((await ask('false')).structuredContent, { lead_id: Number, lead: { name: 'Проба словом' } });
  t.equal(itemsSent(sandbox, 'leads').length, 1);
});

t.test('a failure is told in the language of the agent’s client', async (t) => {
  const client = await connect(bot, 'auto', 'ru');
  const args = { lead_id: 67890, status: 'Переговры' };
  const { structuredContent } = await client.callTool({ name: 'amocrm_move_lead', arguments: args });
  t.match(structuredContent, { code: 'UNKNOWN_NAME', detail: /возможно, вы имели в виду "Переговоры"/ });
});

t.test('a failure says its code, what is wrong and what is near', async (t) => {
  const client = await connect(bot);
  const args = { lead_id: 67890, status: 'Переговры' };
  const { isError, structuredContent, content } = await client.callTool({ name: 'amocrm_move_lead', arguments: args });
  t.equal(isError, true);
  t.match(structuredContent, { code: 'UNKNOWN_NAME', detail: /did you mean "Переговоры"/, retryable: false });
  t.notOk('context' in Object(structuredContent));
  t.strictSame(JSON.parse(Object(content)[0].text), structuredContent);
  await t.rejects(client.callTool({ name: 'amocrm_nothing', arguments: {} }), { message: /There is no tool/ });
  await t.rejects(client.callTool({ name: 'create_lead', arguments: {} }), {
    message: /did you mean amocrm_create_lead\?/,
  });
});

t.test('a key that may only read has the tools that read', async (t) => {
  const client = await connect(reader);
  const { tools } = await client.listTools();
  t.ok(tools.length > 3 && tools.every(({ annotations }) => annotations?.readOnlyHint === true));
  await t.rejects(client.callTool({ name: 'amocrm_create_lead', arguments: { name: 'a' } }), { message: /no tool/ });
});

t.test('who has no key, and who comes from elsewhere, is refused', async (t) => {
  const post = (headers: Record<string, string>, payload: object | string = {}) =>
    app.inject({ method: 'POST', url: '/mcp', headers, payload });
  t.equal((await post({})).statusCode, 401);
  const key = { authorization: `Bearer ${bot}` };
  t.equal((await post({ ...key, origin: 'https://attacker.example' })).statusCode, 403);
  t.equal((await app.inject({ url: '/mcp', headers: key })).statusCode, 405);
  const broken = await post({ ...key, accept: 'application/json, text/event-stream' }, { id: 1, method: 'tools/list' });
  t.equal(broken.statusCode, 400);
  const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const noted = await post({ ...key, accept: 'application/json, text/event-stream' }, notification);
  t.equal(noted.statusCode, 202);
});

t.test('a message with a key of its own is answered as others are', async (t) => {
  const headers = {
    authorization: `Bearer ${bot}`,
    accept: 'application/json, text/event-stream',
    'idempotency-key': 'of-the-message',
  };
  const post = (payload: object) => app.inject({ method: 'POST', url: '/mcp', headers, payload });
  const listed = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  t.equal(listed.statusCode, 200);
  t.ok(listed.json().result.tools.length > 3);
  const noted = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  t.match(noted.json(), { status: 400, code: 'INVALID_REQUEST' }, 'nothing answers it');
});
