import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { settingsAccount } from '../../src/config/account-settings.ts';
import { faultOf } from '../fixtures/conformance.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';
import { withKnownIds } from './account.ts';
import { spoiled, texts, valid } from './arbitraries.ts';
import { lostOnTheWay } from './arrivals.ts';
import { type Operation, operations, type Schema } from './document.ts';

/**
 * Requests made by chance from the OpenAPI document. FUZZ_RUNS says how many for each operation and kind, FUZZ_SEED where
 * chance begins (`random` for another place each time); a failure shows its smallest case.
 */
const numRuns = Number(process.env.FUZZ_RUNS ?? 40);
const seed = process.env.FUZZ_SEED === 'random' ? Date.now() : Number(process.env.FUZZ_SEED ?? 20_260_101);
t.comment(`FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);
t.setTimeout(200_000 + numRuns * 1000);
// What chance sends is no sign that a test looks at it.
delete process.env.CONTRACT_COVERAGE;

const { app, sandbox } = await startService(t, { clock: createUnhurriedClock(1), sandbox: { filterAddon: true } });

const many = await startMany(t, { clock: createUnhurriedClock(1), sandboxes: {} });
const isForAdmins = ({ path }: Operation) => /^\/(accounts|keys|callers)/.test(path);
const steps = operations.filter(({ path }) => path.startsWith('/steps/'));

/** Spellings of one JSON value. */
const spellings: ((json: string) => string)[] = [
  (json) => json,
  (json) => `\ufeff${json}`,
  (json) => ` \r\n\t${json}\n`,
  (json) => `{"params": 5, "steps": 5, ${json.slice(1)}`,
  (json) => json.replace(/[^\0-~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
];

for (const operation of operations) {
  const { name, body: schema } = operation;
  // What is in a message of the Model Context Protocol its own library judges.
  if (schema === undefined || operation.path === '/mcp' || isForAdmins(operation)) continue;
  const bodies = valid(withKnownIds(steps.includes(operation) ? schema : scenarioSchema(schema)));

  t.test(`${name}: what the document allows is taken, and arrives as it was sent`, async (t) => {
    const headers = fc.record(parametersOf(operation), { requiredKeys: [] });
    const requests = fc.tuple(bodies, fc.constantFrom(...spellings), headers);
    await holds(t, requests, async ([body, spell, asked]) => {
      const text = JSON.stringify(body);
      const { status, answer, upstream } = await send(operation, spell(text), asked);
      if (status === 400 && !isRefusedInWords(answer)) throw new Error(JSON.stringify(answer));
      const writes = upstream.filter(({ method }) => method !== 'GET');
      if (status === 400 && answer.written === undefined && writes.length > 0) throw new Error('400, but written');
      if (status !== 200 || !steps.includes(operation)) return;
      const sent = JSON.parse(text);
      const context = contextBeside(answer, answer.output_var);
      if (!isDeepStrictEqual(context, contextBeside(sent, answer.output_var))) throw new Error('another context');
      const type = operation.path.slice('/steps/'.length);
      const lost = lostOnTheWay(type, sent.params, answer.result, upstream, sandbox);
      if (lost.length > 0) throw new Error(`amoCRM did not get ${JSON.stringify(lost)}`);
    });
  });

  t.test(`${name}: a dry run of what the document allows writes nothing`, async (t) => {
    await holds(t, bodies, async (body) => {
      const dry = { ...operation, path: `${operation.path}?dry_run=true` };
      const { status, answer, upstream } = await send(dry, JSON.stringify(body));
      if (status === 200 && answer.dry_run !== true) throw new Error(JSON.stringify(answer));
      if (status === 400 && !isRefusedInWords(answer)) throw new Error(JSON.stringify(answer));
      if (upstream.some(({ method }) => method !== 'GET')) throw new Error(JSON.stringify(upstream));
    });
  });

  t.test(`${name}: what it does not allow is refused, and amoCRM hears nothing of it`, async (t) => {
    await holds(t, spoiled(schema, bodies), async ({ what, payload }) => {
      const { status, answer, upstream } = await send(operation, payload);
      if (status !== 400) throw new Error(`${what}: ${status} ${JSON.stringify(answer)}`);
      if (upstream.length > 0) throw new Error(`${what}: amoCRM received ${JSON.stringify(upstream)}`);
    });
  });
}

for (const { name, method, path, body: schema } of operations.filter(isForAdmins)) {
  if (schema === undefined) continue;
  const url = path.replace('{id}', 'studio').replace('{name}', 'bot');
  const verb = method === 'put' ? 'PUT' : 'POST';

  t.test(`${name}: what the document allows is taken or refused in words`, async (t) => {
    await holds(t, valid(schema), async (body) => {
      const { status, body: answer } = await many.admin(verb, url, Object(body));
      if (![200, 201, 400, 404].includes(status)) throw new Error(`${status} ${JSON.stringify(answer)}`);
      if (status >= 400 && answer.errors.length === 0) throw new Error(JSON.stringify(answer));
    });
  });

  t.test(`${name}: what it does not allow is refused`, async (t) => {
    await holds(t, spoiled(schema, valid(schema)), async ({ what, payload }) => {
      const headers = { ...many.asAdmin, 'content-type': 'application/json' };
      const { status, body } = await many.send({ method: verb, url, headers, payload });
      if (status !== 400) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
    });
  });
}

t.test('text from the context arrives as it is, but for half letters, alone and inside of other text', async (t) => {
  const anyText = texts(100).filter((text) => /\S/.test(text));
  await holds(t, fc.tuple(anyText, fc.string({ unit: 'binary', maxLength: 20 })), async ([user, free]) => {
    const params = { name: '{user}', last_name: 'a{{ free }}b', custom_fields: { 123461: '{user}{free}' } };
    const { status, body } = await post(
      '/steps/amocrm_create_contact',
      JSON.stringify({ params, context: { user, free } }),
    );
    const held = Object(sandbox.store.contacts.get(JSON.parse(body).result?.contact_id));
    const [[{ value: comment } = { value: '' }] = []] = (held.custom_fields_values ?? []).map(
      ({ values }: never) => values,
    );
    const arrived = [status, held.name, held.last_name, comment];
    const due = [user, `a${free}b`, user + free].map((text) => text.toWellFormed());
    if (!isDeepStrictEqual(arrived, [200, ...due])) throw new Error(JSON.stringify(arrived) + body);
  });
});

t.test('the service still answers', async (t) => {
  t.equal((await app.inject('/health/live')).statusCode, 200);
  t.equal((await app.inject('/health')).statusCode, 200);
});

async function holds<T>(t: Test, requests: fc.Arbitrary<T>, check: (request: T) => Promise<void>): Promise<void> {
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(
    fc.asyncProperty(requests, check),
    { numRuns, seed },
  );
  const diagnosis = { path: counterexamplePath, smallest: shown(counterexample), reason: shown(String(errorInstance)) };
  t.notOk(failed, `${numRuns} runs`, failed ? diagnosis : {});
}

/** Printable, whatever chance has made. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text
    .slice(0, 2000)
    .replace(/[^ -~а-яё]/gi, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function post(url: string, payload: string | Buffer, asked: object = {}) {
  const headers = { 'content-type': 'application/json', ...asked };
  const { statusCode: status, headers: got, body } = await app.inject({ method: 'POST', url, headers, payload });
  const [path = ''] = url.split('?');
  const fault = faultOf({ method: 'POST', path, status, headers: got, body });
  if (fault !== undefined) throw new Error(fault);
  // amoCRM is well and fast, so nothing excuses a failure.
  if (status >= 500) throw new Error(`${status}: ${body}`);
  return { status, body };
}

async function send({ path }: Operation, payload: string | Buffer, asked: object = {}) {
  // Among very many contacts of one minute a twin could hide, and the service says so.
  if (sandbox.store.contacts.size > 300) sandbox.reset();
  const before = sandbox.requests.length;
  const { status, body } = await post(path, payload, asked);
  return { status, answer: JSON.parse(body), upstream: sandbox.requests.slice(before) };
}

function parametersOf({ parameters }: Operation): Record<string, fc.Arbitrary<unknown>> {
  const inHeaders = parameters.filter((parameter) => parameter.in === 'header');
  // Any other account is one that is not there.
  const known: Record<string, fc.Arbitrary<unknown>> = { 'Amocrm-Account': fc.constant(settingsAccount) };
  return Object.fromEntries(inHeaders.map(({ name, schema }) => [name, known[name] ?? valid(schema)]));
}

/** Refusals by rules that the document gives in words alone. */
function isRefusedInWords({ errors = [] }: { errors?: { path: string; message: string }[] }): boolean {
  return errors.some(({ path, message }) => {
    if (/\bparams\.(note_)?text$/.test(path))
      return message === 'is required' || message.startsWith('give the text once');
    if (path.endsWith('update_data.notes')) return /^must be string$|^is given as \S+ too/.test(message);
    return (
      /^give \S+ or \S+, not both$/.test(message) ||
      (path.endsWith('.complete_till') && message.startsWith('takes unix seconds')) ||
      /^is given as \S+ too/.test(message) ||
      message.startsWith('goes with ') ||
      / are linked to [a-z_, ]+$/.test(message) ||
      message.startsWith('is the same field as ')
    );
  });
}

function contextBeside(whole: unknown, outputVar: string): Record<string, unknown> {
  const { [outputVar]: _, __step_error__: _stale, ...rest } = Object(Object(whole).context);
  return rest;
}

/** The scenario's schema with steps that the document describes elsewhere. */
function scenarioSchema(schema: Schema): Schema {
  const known = steps.map(({ body }) => {
    const { type = {}, params = {} } = body?.properties ?? {};
    return { type: 'object', required: ['type', 'params'], properties: { type, params }, additionalProperties: false };
  });
  const end = {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: ['end'] } },
    additionalProperties: false,
  };
  return {
    ...schema,
    properties: { ...schema.properties, steps: { type: 'array', minItems: 1, items: { oneOf: [...known, end] } } },
  };
}
