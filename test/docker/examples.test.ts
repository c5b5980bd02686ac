import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createBot } from '../../docker/examples/bot.ts';
import { type Demo, startDemo } from '../fixtures/demo.ts';
import { findProgram, needs } from '../fixtures/programs.ts';

const examples = join(import.meta.dirname, '../../docker/examples');
const demo = await startDemo(t);
const apiKey = 'key-of-the-examples';
const needsCurl = needs('curl', findProgram('curl'));
const needsPython = needs('python3', findProgram('python3'));

t.test('curl: a lead with its contact and a note, and no second one for the same word', needsCurl, async (t) => {
  const first = await run('sh', ['lead.sh', 'order-1'], demo.address);
  const again = await run('sh', ['lead.sh', 'order-1'], demo.address);
  t.strictSame([first.code, again.code], [0, 0]);
  t.equal(again.output, first.output);
  const { contact, lead } = JSON.parse(first.output).context;
  t.strictSame(await leadsOf('Вера Кудрина'), [
    { lead: lead.lead_id, contacts: [contact.contact_id], notes: ['Перезвоните после шести'] },
  ]);
});

t.test('curl: a failure shows its problem document and ends with 1', needsCurl, async (t) => {
  const { code, output } = await run('sh', ['lead.sh', 'x'.repeat(256)], demo.address);
  t.equal(code, 1);
  t.match(JSON.parse(output), { code: 'INVALID_REQUEST', context: { __step_error__: String } });
});

t.test('Python: a lead with its contact and a note', needsPython, async (t) => {
  const { code, output } = await run('python3', ['lead.py', 'order-2', 'Пётр Зимин', '+7 905 555-22-33'], demo.address);
  t.equal(code, 0, output);
  const [made] = await leadsOf('Пётр Зимин');
  t.match(made, { notes: ['Телефон: +7 905 555-22-33'] });
  t.equal(output, `Контакт ${made?.contacts}, сделка ${made?.lead}\n`);
});

t.test('Python: a failure is one line that says which step', needsPython, async (t) => {
  const { code, output } = await run('python3', ['lead.py', 'order-3', 'Пётр Зимин', 'none'], demo.address);
  t.strictSame([code, output], [1, 'AmoCRM поиск или создание контакта: неверные параметры (INVALID_REQUEST)\n']);
});

t.test('the bot: a greeting, and a lead for a number that is shared', async (t) => {
  const chat = startChat(demo.address, { id: 601, first_name: 'Лия', last_name: 'Мороз' });
  t.match(await chat.say({ text: '/start', entities: [{ type: 'bot_command', offset: 0, length: 6 }] }), [
    { text: /^Здравствуйте/, reply_markup: { keyboard: [[{ text: 'Отправить номер', request_contact: true }]] } },
  ]);
  t.match(await chat.share({ user_id: 999 }), [{ text: 'Нужен ваш собственный номер.' }]);
  t.strictSame(await leadsOf('Лия Мороз'), []);

  const replies = await chat.share({ user_id: 601, phone_number: '+79055553344' });
  const [made, ...others] = await leadsOf('Лия Мороз');
  t.match(replies, [{ chat_id: 601, text: `Спасибо! Номер заявки: ${made?.lead}.` }]);
  t.equal(replies.length, 1);
  t.match(made, { notes: ['Заявка из Telegram, +79055553344'] });
  t.strictSame(others, []);
});

t.test('the bot: a failure says which step, in the chat', async (t) => {
  const chat = startChat(demo.address, { id: 602, first_name: 'Лев' });
  t.match(await chat.share({ user_id: 602, phone_number: 'none' }), [
    { text: 'Не получилось: AmoCRM поиск или создание контакта: неверные параметры. Попробуйте позже.' },
  ]);
});

t.test('an answer lost on the way and a 503 lead to one lead', { jobs: 3 }, async (t) => {
  const sending: [name: string, send: (address: string) => Promise<unknown>, skip: { skip?: string }][] = [
    ['Вера Кудрина', (address) => run('sh', ['lead.sh', 'lost-1'], address), needsCurl],
    ['Нина Лось', (address) => run('python3', ['lead.py', 'lost-2', 'Нина Лось', '89055554455'], address), needsPython],
    ['Ян', (address) => startChat(address, { id: 603, first_name: 'Ян' }).share({ user_id: 603 }), {}],
  ];
  await Promise.all(
    sending.map(([name, send, skip]) =>
      t.test(name, { ...skip, buffered: true }, async (t) => {
        const before = await leadsOf(name);
        const { address, keys, apiKeys } = await startUnsteady(t, demo);
        await send(address);
        t.equal(keys.length, 3, 'sent three times');
        t.equal(new Set(keys).size, 1, 'under one Idempotency-Key');
        t.strictSame(apiKeys, Array(3).fill(`Bearer ${apiKey}`));
        t.equal((await leadsOf(name)).length, before.length + 1);
      }),
    ),
  );
});

/** An example as a user runs it. */
function run(command: string, args: string[], address: string): Promise<{ code: unknown; output: string }> {
  const env = { ...process.env, STEPS_URL: address, STEPS_API_KEY: apiKey, PYTHONIOENCODING: 'utf-8' };
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: examples, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

/** The bot without Telegram: updates go in by hand, and what it would send comes back. */
function startChat(address: string, user: { id: number; first_name: string; last_name?: string }) {
  const bot = createBot('123456:no-token', { url: address, apiKey });
  const botInfo = { id: 123456, is_bot: true, first_name: 'Бот', username: 'lead_bot' };
  Object.assign(bot, { botInfo });
  let replies: unknown[] = [];
  bot.api.config.use(async (_previous, method, payload) => {
    if (method === 'sendMessage') replies.push(payload);
    return Object({ ok: true, result: {} });
  });
  let updates = user.id * 1000;
  const say = async (message: object) => {
    replies = [];
    updates += 1;
    const chat = { id: user.id, type: 'private', first_name: user.first_name };
    const from = { is_bot: false, ...user };
    await bot.handleUpdate(
      Object({ update_id: updates, message: { message_id: updates, date: 1_790_000_000, chat, from, ...message } }),
    );
    return replies;
  };
  const share = (contact: { user_id: number; phone_number?: string }) =>
    say({ contact: { phone_number: '+79055556677', ...user, ...contact } });
  return { say, share };
}

interface Unsteady {
  address: string;
  /** What came with each attempt. */
  keys: unknown[];
  apiKeys: unknown[];
}

/** In front of the demo: loses the first answer, is unavailable to the second attempt, and steady from then on. */
async function startUnsteady(t: Test, { address }: Demo): Promise<Unsteady> {
  const keys: unknown[] = [];
  const apiKeys: unknown[] = [];
  const server = createServer(async (request, response) => {
    const key = request.headers['idempotency-key'];
    const attempt = keys.push(key);
    apiKeys.push(request.headers.authorization);
    const body = Buffer.concat(await request.toArray());
    if (attempt === 2) {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
      response.end(JSON.stringify({ success: false, status: 503, code: 'AMOCRM_UNAVAILABLE', retryable: true }));
      return;
    }
    const headers = { 'content-type': 'application/json', ...(typeof key === 'string' && { 'idempotency-key': key }) };
    const answer = await fetch(`${address}${request.url}`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (attempt === 1) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { address: `http://127.0.0.1:${Object(server.address()).port}`, keys, apiKeys };
}

interface Lead {
  lead: number;
  contacts: number[];
  notes: string[];
}

/** What the sandbox holds of the leads made for a person. */
async function leadsOf(name: string): Promise<Lead[]> {
  const state = Object(await (await fetch(`${demo.sandbox}/_sandbox/state`)).json());
  const leads: { id: number; name: string }[] = state.leads;
  const notes: { entity_id: number; params: { text: string } }[] = state.notes.leads;
  const links: Record<string, { kind: string; id: number }[]> = state.links;
  return leads
    .filter((lead) => lead.name === `Заявка от ${name}`)
    .map(({ id }) => ({
      lead: id,
      contacts: (links[`leads/${id}`] ?? []).filter(({ kind }) => kind === 'contacts').map((link) => link.id),
      notes: notes.filter(({ entity_id }) => entity_id === id).map(({ params }) => params.text),
    }));
}
