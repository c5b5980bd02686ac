import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { startDemo } from '../fixtures/demo.ts';
import { findProgram, needs } from '../fixtures/programs.ts';
import { startUnsteady } from '../fixtures/unsteady.ts';

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

t.test('Python: what cannot be done is one line that says what to do', { ...needsPython }, async (t) => {
  const stranger = createServer((_, response) => response.end('[]')).listen(0, '127.0.0.1');
  const guarded = createServer((_, response) =>
    response.writeHead(401, { 'content-type': 'application/problem+json' }).end(
      JSON.stringify({
        success: false,
        code: 'UNAUTHORIZED',
        retryable: false,
        context: { __step_error__: 'AmoCRM: нет доступа к сервису' },
      }),
    ),
  ).listen(0, '127.0.0.1');
  t.teardown(() => [stranger, guarded].map((server) => server.close()));
  await Promise.all([stranger, guarded].map((server) => server.listening || once(server, 'listening')));
  const at = (server: Server) => `http://127.0.0.1:${Object(server.address()).port}`;
  const lead = ['order-4', 'Пётр Зимин', '89055552233'];
  const cases: [args: string[], address: string, line: RegExp][] = [
    [[], demo.address, /^Запуск: [^\n]*lead\.py [^\n]+\n$/],
    [lead, 'nowhere', /^STEPS_URL: [^\n]+nowhere\n$/],
    [lead, at(stranger), /^Сервис по адресу \S+ не ответил [^\n]*STEPS_URL[^\n]*\n$/],
    [lead, 'http://127.0.0.1:1', /^Сервис по адресу http:\/\/127\.0\.0\.1:1 не ответил [^\n]*запущен[^\n]*\n$/],
    [lead, at(guarded), /^AmoCRM: нет доступа к сервису \(UNAUTHORIZED\): [^\n]*STEPS_API_KEY[^\n]*\n$/],
  ];
  for (const [args, address, line] of cases) {
    const { code, output } = await run('python3', ['lead.py', ...args], address, { STEPS_WAIT: '0' });
    t.equal(code, 1, address);
    t.match(output, line);
  }
});

t.test('an answer lost on the way, a 503 and a failure of amoCRM lead to one lead', { jobs: 2 }, async (t) => {
  const sending: [name: string, send: (address: string) => Promise<unknown>, skip: { skip?: string }][] = [
    ['Вера Кудрина', (address) => run('sh', ['lead.sh', 'lost-1'], address), needsCurl],
    ['Нина Лось', (address) => run('python3', ['lead.py', 'lost-2', 'Нина Лось', '89055554455'], address), needsPython],
  ];
  await Promise.all(
    sending.map(([name, send, skip]) =>
      t.test(name, { ...skip, buffered: true }, async (t) => {
        const before = await leadsOf(name);
        const { address, keys, apiKeys } = await startUnsteady(t, demo);
        await send(address);
        t.equal(keys.length, 4, 'sent four times');
        t.equal(new Set(keys).size, 1, 'under one Idempotency-Key');
        t.strictSame(apiKeys, Array(4).fill(`Bearer ${apiKey}`));
        t.equal((await leadsOf(name)).length, before.length + 1);
      }),
    ),
  );
});

/** An example as a user runs it. */
function run(
  command: string,
  args: string[],
  address: string,
  own: Record<string, string> = {},
): Promise<{ code: unknown; output: string }> {
  const env = { ...process.env, ...own, STEPS_URL: address, STEPS_API_KEY: apiKey, PYTHONIOENCODING: 'utf-8' };
  return new Promise((resolve) => {
    const child = execFile(command, args, { cwd: examples, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
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
