import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import { exampleScenario } from '../src/http/reference/scenario-example.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import { until } from './fixtures/keyed.ts';
import { writesTo } from './fixtures/records.ts';
import { type ServiceProcess, startProcess } from './fixtures/service-process.ts';

const buggy = join(import.meta.dirname, 'fixtures/serve-buggy.ts');

async function start(t: Test, env: Record<string, string> = {}, latencyMs = 0) {
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, latencyMs });
  t.teardown(() => sandbox.close());
  const directory = t.testdir();
  const settings = {
    AMO_BASE_URL: sandbox.url,
    AMO_ACCESS_TOKEN: sandbox.token,
    AMO_RATE_LIMIT: '50',
    DATA_DIR: directory,
    ...env,
  };
  return { sandbox, directory, settings };
}

interface Outcome {
  /** 0 where the connection broke. */
  status: number;
  headers: Headers;
  body: ReturnType<typeof JSON.parse>;
}

async function post(
  address: string,
  path: string,
  document: object,
  own: Record<string, string> = {},
): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', ...own };
  try {
    const response = await fetch(address + path, { method: 'POST', headers, body: JSON.stringify(document) });
    return { status: response.status, headers: response.headers, body: await response.json() };
  } catch {
    return { status: 0, headers: new Headers(), body: {} };
  }
}

const keyed = { 'idempotency-key': 'k' };
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

t.test('SIGTERM in the middle of a burst: every answer is true, and nothing is there twice', async (t) => {
  // Two callers take turns, so that scenarios come to their writes while the creates of the import still wait.
  const keys = { import: 'import-0123456789', bot: 'bot-0123456789abc' };
  const env = { AMO_BATCH_SIZE: '3', API_KEYS: `import=${keys.import},bot=${keys.bot}` };
  const { sandbox, settings } = await start(t, env, 60);
  const service = await startProcess(t, settings);
  const send = (caller: keyof typeof keys, path: string, document: object) =>
    post(service.address, path, document, { 'x-api-key': keys[caller] });
  const creates = times(200, (index) => send('import', step('amocrm_create_contact'), contact(`Контакт ${index}`)));
  const scenarios = times(20, (index) => {
    const context = { user_telegram_id: 4_000_000 + index, user_name: `Бот ${index}` };
    return send('bot', '/scenarios/run', { ...exampleScenario, context });
  });
  const reads = times(40, (index) => send('bot', step('amocrm_search'), { params: { query: `Запрос ${index}` } }));
  await until(() => writesTo(sandbox).some(({ path, status }) => path === '/api/v4/leads' && status === 200));
  service.kill('SIGTERM');

  const seen = new Map<string, number>();
  const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const [index, { status, headers, body }] of (await Promise.all(creates)).entries()) {
    note(`create ${status} ${body.code ?? ''}`);
    const stored = countOf(sandbox, `Контакт ${index}`);
    if (stored !== (status === 200 ? 1 : 0)) t.fail(`Контакт ${index}: ${stored} times, ${JSON.stringify(body)}`);
    if (status === 503)
      t.match([headers.get('connection'), body.code, body.retryable], ['close', 'SHUTTING_DOWN', true]);
  }
  for (const [index, { status, body }] of (await Promise.all(scenarios)).entries()) {
    note(`scenario ${status} ${body.code ?? ''} ${body.failed_step ?? ''}`);
    const told: string[] = (body.written ?? []).map(({ entity_type }: { entity_type: string }) => entity_type);
    const whole = ['contacts', 'leads', 'notes'];
    t.strictSame(storedBy(sandbox, `Бот ${index}`), status === 200 ? whole : told, `Бот ${index}`);
    if (status === 503) t.equal(body.retryable, told.length === 0);
  }
  for (const { status, body } of await Promise.all(reads)) note(`read ${status} ${body.code ?? ''}`);
  t.comment(Object.fromEntries(seen));
  const odd = [...seen.keys()].filter((what) => !/ (200|0|503 SHUTTING_DOWN)\b/.test(what));
  t.strictSame(odd, []);
  t.ok(seen.has('create 200 ') && seen.has('create 503 SHUTTING_DOWN'), 'it was in the middle');
  t.strictSame(await service.exit, [0, null]);
  const logged = service.lines.filter(({ msg, method }) => msg === 'amocrm' && method !== 'GET');
  t.equal(logged.length, writesTo(sandbox).length, 'the end of each write is in the log');
});

t.test('what hangs at the end is of unknown outcome, and goes on under its key after the restart', async (t) => {
  const { sandbox, settings } = await start(t);
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
  const send = ({ address }: ServiceProcess) => post(address, step('amocrm_create_contact'), contact('Оборван'), keyed);
  const first = await startProcess(t, settings);
  const writing = send(first);
  await until(() => writesTo(sandbox).length === 1);
  first.kill('SIGTERM');
  // The next one of a deploy waits for the data directory.
  const starting = startProcess(t, settings);
  t.match(await writing, { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  t.strictSame(await first.exit, [0, null]);
  t.match(first.lines.at(-1), { msg: 'closed' });
  t.match(await send(await starting), { status: 200, body: { result: { contact: { name: 'Оборван' } } } });
  t.equal(countOf(sandbox, 'Оборван'), 1);
  t.equal(writesTo(sandbox).length, 1);
});

t.test('a second signal ends it at once; what is open stays so on disk', async (t) => {
  const { sandbox, directory, settings } = await start(t);
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const service = await startProcess(t, settings);
  const writing = post(service.address, step('amocrm_create_contact'), contact('Дважды'), keyed);
  await until(() => writesTo(sandbox).length === 1);
  service.kill('SIGINT');
  await until(() => service.lines.some(({ msg }) => msg === 'closing'));
  service.kill('SIGTERM');
  t.strictSame(await service.exit, [1, null]);
  t.equal((await writing).status, 0);
  t.match(service.lines.at(-1), { level: 'error', msg: 'second SIGTERM, exiting' });
  t.match(rows(directory, 'writes'), [{ collection: 'contacts', answer: null }]);
});

for (const [bug, told] of [
  ['throw', { type: 'TypeError', stack: /serve-buggy/ }],
  ['reject', undefined],
] as const) {
  t.test(`an error that nobody handles (${bug}) ends the process loudly once the journal is safe`, async (t) => {
    const { sandbox, directory, settings } = await start(t);
    sandbox.faults.add({ method: 'POST', action: { kind: 'delay', ms: 300 } });
    const service = await startProcess(t, settings, buggy);
    const writing = post(service.address, step('amocrm_create_contact'), contact('До ошибки'), keyed);
    await until(() => writesTo(sandbox).length === 1);
    service.tell(bug);
    t.equal((await writing).status, 200);
    t.strictSame(await service.exit, [1, null]);
    const fatal = service.lines.find(({ level }) => level === 'fatal');
    t.match(fatal, { msg: 'unexpected failure, closing', ...(told === undefined ? {} : { err: told }) });
    t.notMatch(JSON.stringify(service.lines), 'CANARY');
    t.match(rows(directory, 'keys'), [{ key: 'k', response: /До ошибки/ }]);
    t.equal(sandbox.requests.length, 1);
  });
}

function step(type: string): string {
  return `/steps/${type}`;
}

function contact(name: string) {
  return { params: { name } };
}

function countOf({ store }: Sandbox, name: string): number {
  return [...store.contacts.values()].filter((each) => each.name === name).length;
}

/** What a scenario for this user has left, in order; an entity that is there twice is named twice. */
function storedBy(sandbox: Sandbox, user: string): string[] {
  const { store } = sandbox;
  const leads = [...store.leads.values()].filter(({ name }) => name === `Сделка от ${user}`);
  const notes = [...store.notes.leads.values()].filter(({ entity_id }) => leads.some(({ id }) => id === entity_id));
  return [...times(countOf(sandbox, user), () => 'contacts'), ...leads.map(() => 'leads'), ...notes.map(() => 'notes')];
}

function rows(directory: string, table: 'keys' | 'writes'): Record<string, unknown>[] {
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const found = reader.prepare(`SELECT * FROM ${table}`).all();
  reader.close();
  return found;
}

t.test('a misspelt setting is a warning at the start, without its value', async (t) => {
  const { settings } = await start(t, { AMO_RATELIMIT: 'CANARY', AMO_NOTHING_OF_THE_KIND: 'CANARY' });
  const { lines, kill, exit } = await startProcess(t, settings);
  await until(() => lines.filter(({ level }) => level === 'warn').length === 2);
  kill('SIGTERM');
  await exit;
  t.match(
    lines.filter(({ level }) => level === 'warn'),
    [
      { setting: 'AMO_RATELIMIT', msg: 'AMO_RATELIMIT is no setting and is ignored; did you mean AMO_RATE_LIMIT?' },
      { setting: 'AMO_NOTHING_OF_THE_KIND', msg: /^AMO_NOTHING_OF_THE_KIND is no setting and is ignored/ },
    ],
  );
  t.notMatch(JSON.stringify(lines), 'CANARY');
});
