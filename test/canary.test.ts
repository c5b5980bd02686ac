import { Writable } from 'node:stream';
import t from 'tap';
import { exampleScenario } from '../src/http/reference/scenario-example.ts';
import type { FaultRule } from '../src/sandbox/sandbox.ts';
import { steps } from '../src/steps/index.ts';
import { loggerOptions } from '../src/telemetry/logger.ts';
import { type Service, startService } from './fixtures/service.ts';
import { createUnhurriedClock } from './fixtures/unhurried-clock.ts';

/** Many steps, each by every trouble. */
t.setTimeout(240_000);

const token = 'canary-token-0123456789';
const key = 'canary-key-0123456789';
const person = {
  name: 'Канарейкин Кеша',
  latin: 'Keshacanary',
  phone: '+7 (999) 777-66-55',
  email: 'kesha.canary@example.com',
  telegram: '5550001234567',
  text: 'Канареечная заметка',
};
/** Each of them in every form in which it might be met. */
const personal = [...Object.values(person), '9997776655', '999%29', '777-66-55'].flatMap((value) => [
  value,
  encodeURIComponent(value),
  encodeURIComponent(value).replaceAll('%20', '+'),
]);

const { name, phone, email, telegram, text } = person;
const custom_fields = { telegram_id: telegram, Комментарий: text };
const contact = { name, phone, email, custom_fields, tags: [person.latin] };
/** Where an example has one of these, the person is in its place. */
const places: Record<string, unknown> = {
  name,
  phone,
  email,
  telegram_id: telegram,
  query: name,
  text,
  note_text: text,
  notes: text,
  tags: [person.latin],
  custom_fields,
};
const special: Record<string, object> = {
  amocrm_find_contact: { telegram_id: telegram, phone, email, query: name },
  amocrm_create_contact: contact,
  amocrm_find_or_create_contact: { telegram_id: telegram, ...contact, custom_fields: {}, update_data: { notes: text } },
  amocrm_update_contact: { contact_id: 12345, update_data: { name, phone, email, notes: text } },
  amocrm_create_lead: { name, contact_id: 12345, tags: [person.latin] },
  amocrm_move_lead: { lead_id: 67890, status: name },
  amocrm_search: { query: phone, entity_type: 'all' },
};
const paramsOf = new Map(
  steps.map(({ type, examples: [{ params }] }) => [
    type,
    special[type] ?? JSON.parse(JSON.stringify(params), (key, value) => places[key] ?? value),
  ]),
);

/** amoCRM's own words that repeat what it was sent. */
const quoting = { title: name, detail: `${name}, ${phone}, ${email}: ${text}` };
const answer = (status: number, body: unknown): FaultRule => ({ action: { kind: 'status', status, body } });
const rejection = { request_id: '0', errors: [{ code: 'Invalid', path: 'name', detail: quoting.detail }] };
const troubles: Record<string, FaultRule | undefined> = {
  none: undefined,
  'drop of searches': { method: 'GET', path: /leads$/, action: { kind: 'drop' } },
  drop: { action: { kind: 'drop' } },
  hang: { action: { kind: 'hang' } },
  cut: { action: { kind: 'cut', bytes: 700 } },
  garbled: { action: { kind: 'garbled' } },
  omit: { action: { kind: 'omit' } },
  'system error': { action: { kind: 'system-error' } },
  'too many': { action: { kind: 'too-many' } },
  ban: { action: { kind: 'ban' } },
  unauthorized: { action: { kind: 'unauthorized' } },
  'quoting 200': answer(200, quoting.detail),
  'quoting 400': answer(400, quoting),
  'quoting rejection': { ...answer(400, { ...quoting, 'validation-errors': [rejection] }), method: 'POST' },
  'quoting code 244': answer(400, { ...quoting, detail: `244 ${quoting.detail}` }),
  'quoting 403': answer(403, quoting),
  'quoting 500': answer(500, quoting),
};

/** What comes to a good end, or to one that is no failure of ours or amoCRM's. */
const silent = new Set(['none', 'quoting rejection']);
/** Creates are found again, links are not: it depends on what the turn sends. */
const mixed = new Set(['omit']);

/**
 * Sends whatever a caller may send, right and wrong; gives the answers. Each step is sent as it stands, under a key or as a
 * dry run: from one turn to the next in another way.
 */
async function drive({ app }: Service, turn: number): Promise<string[]> {
  // They take a second to be made, and what amoCRM does is nothing to them.
  const pages = turn === 0 ? ['/docs', '/openapi.json'] : [];
  const auth = { authorization: `Bearer ${key}` };
  const json = { ...auth, 'content-type': 'application/json' };
  const post = (url: string, payload: object | string, headers: object = {}) =>
    app.inject({ method: 'POST', url, payload, headers: { ...json, ...headers } });
  const search = '/steps/amocrm_search';
  const context = { user_telegram_id: telegram, user_name: name, user: { phone } };
  const answers = await Promise.all([
    ...[...paramsOf].map(([type, params], index) => {
      const way = (index + turn) % 3;
      const headers = way === 1 ? { 'idempotency-key': `${email}/${type}` } : {};
      return post(`/steps/${type}${way === 2 ? '?dry_run=true' : ''}`, { params }, headers);
    }),
    post('/scenarios/run', { ...exampleScenario, context }),
    post('/scenarios/run?dry_run=true', { ...exampleScenario, context }),
    post(`${search}?dry_run=${encodeURIComponent(phone)}`, { params: { query: 1 } }),
    post('/scenarios/run', { steps: [{ type: 'amocrm_search', params: { query: '{user.name}' } }], context }),
    post(search, { params: { query: '{user}' }, context }),
    post(search, { params: { query: name, [name]: phone }, [text]: email }),
    post('/steps/amocrm_create_contact', { params: { name, custom_fields: { [text]: phone, Источник: name } } }),
    post('/steps/amocrm_create_contact', { params: { name: { name }, phone: [phone], email: { email } } }),
    post('/steps/amocrm_add_note', { params: { entity_type: 'leads', entity_id: 1, note_text: text } }),
    post(search, `{"params": {"query": "${name}", ${phone}`),
    post(search, name, { 'content-type': `text/${person.latin}` }),
    post(search, { params: { query: 1 } }, { 'x-request-id': email, 'idempotency-key': name }),
    post(`${search}?query=${encodeURIComponent(phone)}`, { params: { query: 1 } }),
    post(`/steps/${encodeURIComponent(name)}`, contact),
    app.inject({ url: `/${encodeURIComponent(email)}/%zz`, headers: auth }),
    app.inject({ url: search, headers: { authorization: `Basic ${key}`, 'x-api-key': email } }),
    ...['/health', '/steps', ...pages].map((url) => app.inject({ url, headers: auth })),
  ]);
  // An id of a request whose digits look like a phone is nobody's data.
  const metrics = app.hasRoute({ method: 'GET', url: '/metrics' })
    ? await app.inject({ url: '/metrics', headers: { ...auth, 'x-request-id': 'bc56d89700680737c08a97d54c09c069' } })
    : undefined;
  if (metrics !== undefined) t.strictSame(found([metrics.body], personal), [], 'no person in the metrics');
  return [...answers, ...(metrics === undefined ? [] : [metrics])].map(
    ({ headers, body }) => `${JSON.stringify(headers)} ${body}`,
  );
}

function found(texts: readonly string[], values: readonly string[]): string[] {
  const wanted = values.map((value) => value.toLowerCase());
  const holds = (text: string) => {
    const folded = text.toLowerCase();
    return wanted.some((value) => folded.includes(value));
  };
  return texts.filter(holds).slice(0, 3);
}

for (const level of ['info', 'debug']) {
  const what = `at ${level} no person and no secret is in any line, and no secret in any answer`;
  t.test(what, { timeout: 120_000 }, async (t) => {
    const settings = { API_KEYS: `bot=${key}`, AMO_ACCESS_TOKEN: token };
    // So many services at once are slow: a call that takes long is no trouble.
    const patient = { AMO_TIMEOUT_MS: '60000' };
    // Where it goes wrong anyhow, nobody need wait long for it.
    const doomed = { ...patient, STEP_DEADLINE_MS: '4000', SCENARIO_DEADLINE_MS: '4000' };
    const hasty = { AMO_TIMEOUT_MS: '150', STEP_DEADLINE_MS: '1500', SCENARIO_DEADLINE_MS: '1500' };
    async function start([name, trouble]: [string, FaultRule | undefined]) {
      const { lines, logger } = collect(level);
      const clock = createUnhurriedClock(15);
      const env = {
        ...settings,
        ...(name === 'hang' || name === 'too many' ? hasty : silent.has(name) ? patient : doomed),
      };
      const service = await startService(t, { logger, env, clock, sandbox: { token } });
      if (trouble !== undefined) service.sandbox.faults.add({ times: Number.POSITIVE_INFINITY, ...trouble });
      return { name, lines, service };
    }
    async function meet({ name, lines, service }: Awaited<ReturnType<typeof start>>, turn: number): Promise<void> {
      const answers = await drive(service, turn);
      await service.app.close();
      t.ok(lines.length > answers.length, `${name}: there are lines`);
      const told = lines.filter((line) => line.includes('"err":')).length;
      if (!mixed.has(name)) t.equal(told > 0, !silent.has(name), `${name}: ${told} errors are told`);
      t.strictSame(found(lines, personal), [], `${name}: no person in a line`);
      t.strictSame(found([...lines, ...answers], [token, key]), [], `${name}: no secret anywhere`);
    }
    // One after another: a framework that starts sixteen times at once takes too long for its own patience.
    const started: Awaited<ReturnType<typeof start>>[] = [];
    for (const trouble of Object.entries(troubles)) started.push(await start(trouble));
    await Promise.all(started.map(meet));
  });
}

function collect(level: string) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: { ...loggerOptions(level), stream } };
}
