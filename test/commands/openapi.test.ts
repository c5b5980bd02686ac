import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import t from 'tap';
import { Value } from 'typebox/value';
import { openApiDocument } from '../../src/commands/openapi.ts';
import { describeError, type ErrorCode, errorCodes } from '../../src/problems/catalogue.ts';
import { ProblemDocument } from '../../src/problems/document.ts';
import { createValidator } from '../../src/schemas/validator.ts';
import { steps } from '../../src/steps/index.ts';
import { startService } from '../fixtures/service.ts';
import { startProcess } from '../fixtures/service-process.ts';

const { app } = await startService(t);
const text = await openApiDocument();
const document = JSON.parse(text);

interface Media {
  schema: Record<string, unknown>;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: unknown[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content: Record<string, Media> }>;
}

const operations = Object.entries<Record<string, Operation>>(followed(document.paths)).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

/** With responses and examples in the place of references to them. */
function followed(node: unknown): ReturnType<typeof JSON.parse> {
  return JSON.parse(JSON.stringify(node), (_key, part) => {
    const [, kind, name] = /^#\/components\/(responses|examples)\/(.+)$/.exec(part?.$ref ?? '') ?? [];
    return kind === undefined || name === undefined ? part : followed(document.components[kind][name]);
  });
}

const examplesOf = ({ example, examples = {} }: Media): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];

t.test('the committed document is what the service produces, and what it serves', async (t) => {
  const committed = readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8');
  t.ok(committed === text, 'run npm run openapi and commit its result');
  const served = await app.inject('/openapi.json');
  t.match(served.headers['content-type'], /^application\/json/);
  t.strictSame(served.json(), document);
});

t.test('a process serves the same document, with keys too', async (t) => {
  const { address } = await startProcess(t, {
    AMO_BASE_URL: 'http://127.0.0.1:9',
    AMO_ACCESS_TOKEN: 'none',
    API_KEYS: 'bot=a-key-of-sixteen-characters',
    DATA_DIR: join(t.testdir(), 'data'),
  });
  t.strictSame(await (await fetch(`${address}/openapi.json`)).json(), document);
});

t.test('it is OpenAPI 3.1 with names, tags and summaries', async (t) => {
  t.match(document.openapi, /^3\.1\./);
  const names = operations.map(({ operation }) => operation.operationId);
  t.equal(new Set(names).size, names.length, 'an operation has a name of its own');
  const known = document.tags.map(({ name }: { name: string }) => name);
  for (const { name, operation } of operations) {
    t.ok(operation.summary, name);
    t.ok(
      operation.tags.length > 0 && operation.tags.every((tag) => known.includes(tag)),
      `${name} stands under a described tag`,
    );
  }
  t.match(Object.keys(document.components.securitySchemes), ['bearer', 'apiKey']);
});

t.test('every route is in it, but what serves the document itself', async (t) => {
  const contract = [
    ...steps.map(({ type }) => ['POST', `/steps/${type}`]),
    ['GET', '/steps'],
    ['POST', '/scenarios/run'],
    ['GET', '/health'],
    ['GET', '/health/ready'],
    ['GET', '/health/live'],
    ['GET', '/metrics'],
    ['GET', '/doctor'],
    ['GET', '/jobs'],
    ['GET', '/jobs/{id}'],
    ['POST', '/jobs/{id}/cancel'],
    ['POST', '/jobs/{id}/retry'],
    ['POST', '/mcp'],
    ['GET', '/oauth/start'],
    ['POST', '/oauth/start'],
    ['GET', '/oauth/callback'],
    ['GET', '/accounts'],
    ['GET', '/accounts/{id}'],
    ['PUT', '/accounts/{id}'],
    ['DELETE', '/accounts/{id}'],
    ['GET', '/keys'],
    ['POST', '/keys'],
    ['DELETE', '/keys/{id}'],
    ['GET', '/callers/{name}/callback'],
    ['PUT', '/callers/{name}/callback'],
    ['DELETE', '/callers/{name}/callback'],
  ] as [NonNullable<InjectOptions['method']>, string][];
  const existing = contract.filter(([method, url]) =>
    app.hasRoute({ method: method as 'GET', url: url.replace(/\{(\w+)\}/, ':$1') }),
  );
  t.strictSame(
    operations.map(({ name }) => name).sort(),
    existing.map(([method, url]) => `${method.toLowerCase()} ${url}`).sort(),
  );
  for (const url of ['/docs/', '/openapi.json']) t.equal((await app.inject(url)).statusCode, 200, url);
});

t.test('every property is described', async (t) => {
  // What add_note repeats as `{}` is described by each of its note types; the constant that tells those apart is
  // described once, beside them.
  const bare: string[] = [];
  walk(document.paths, []);
  walk(document.components, []);
  t.strictSame(bare, []);

  function walk(node: unknown, path: readonly string[]): void {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, object> };
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (!('description' in property) && !('$ref' in property)) bare.push([...path, 'properties', name].join('.'));
    }
    for (const [key, child] of Object.entries(node)) {
      if (!['example', 'examples', 'default', 'enum'].includes(key)) walk(child, [...path, key]);
    }
  }
});

t.test('every request and every answer has an example', async (t) => {
  for (const { name, operation } of operations) {
    for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) {
      t.ok(examplesOf(media).length > 0, `${name}: ${type}`);
    }
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      t.ok(description, `${name}: ${status} is described`);
      for (const media of Object.values(content ?? {})) t.ok(examplesOf(media).length > 0, `${name}: ${status}`);
    }
  }
});

t.test('every failure is a problem document: one table, with an example of each code', async (t) => {
  const shown = new Set<ErrorCode>();
  for (const { name, operation } of operations) {
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      // A message of the Model Context Protocol that cannot be answered is told in JSON-RPC.
      if (status.startsWith('2') || (name === 'post /mcp' && ['400', '404'].includes(status))) continue;
      const forBrowsers = ['post /oauth/start', 'get /oauth/callback'].includes(name) ? ['text/html'] : [];
      t.strictSame(Object.keys(content), ['application/problem+json', ...forBrowsers], `${name}: ${status}`);
      const [media] = Object.values(content);
      if (media === undefined) continue;
      t.equal(media.schema.$ref, '#/components/schemas/Problem', `${name}: ${status}`);
      for (const example of examplesOf(media)) {
        if (!Value.Check(ProblemDocument, example)) {
          t.fail(`${name}: ${status} does not fit: ${JSON.stringify(Value.Errors(ProblemDocument, example)[0])}`);
          continue;
        }
        const { code, title } = example;
        shown.add(code);
        const due = status === 'default' ? describeError(code).status : Number(status);
        t.equal(example.status, due, `${name}: ${code}`);
        const rows = description.split('\n').filter((line) => line.includes(`\`${code}\``));
        t.match(rows, [new RegExp(`^\\| ${due} \\| .* \\| ${title} \\|$`)], `${name} explains ${code}`);
        t.equal(rows.length, 1);
      }
    }
  }
  // What belongs to no operation: wrong addresses, requests and requests that are no HTTP.
  const elsewhere = ['UNKNOWN_STEP', 'STEP_NOT_OFFERED', 'METHOD_NOT_ALLOWED', 'HEADERS_TOO_LARGE'];
  t.strictSame(
    errorCodes.filter((code) => !shown.has(code) && !elsewhere.includes(code)),
    [],
  );
});

t.test('all that runs steps shares one table of failures, and names those of its own', async (t) => {
  const table: string = document.components.responses.StepFailure.description;
  const marked = [...table.matchAll(/`(\w+)` \\\*/g)].map(([, code]) => code);
  const scenario = document.paths['/scenarios/run'].post;
  t.strictSame([...scenario['x-failures']].sort(), marked.sort(), 'a scenario may end with all of them');
  for (const { type, failures } of steps) {
    const { description, responses, 'x-failures': own } = document.paths[`/steps/${type}`].post;
    t.strictSame(responses.default, { $ref: '#/components/responses/StepFailure' });
    t.strictSame(responses[202], { $ref: '#/components/responses/JobAccepted' });
    t.strictSame(Object.keys(responses), ['200', '202', 'default']);
    t.strictSame([...own].sort(), marked.filter((code) => failures.some((each) => each === code)).sort(), type);
    for (const code of own) t.match(description, `\`${code}\``, type);
  }
});

t.test('no long part of an answer stands in it twice', async (t) => {
  const met = new Map<string, string>();
  const twice: string[] = [];
  walk(document.paths, []);
  walk(document.components, []);
  t.strictSame(twice, []);

  function walk(node: unknown, path: readonly string[]): void {
    if (typeof node !== 'object' || node === null) return;
    const written = JSON.stringify(node);
    if (written.length < 300) return;
    const place = path.join('.');
    const before = met.get(written);
    if (before !== undefined) twice.push(`${place} as ${before}`);
    met.set(written, place);
    for (const [key, part] of Object.entries(node)) {
      if (!['examples', 'requestBody', 'note_params'].includes(key)) walk(part, [...path, key]);
    }
  }
});

t.test('only health and what a browser opens without a key are open', async (t) => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name);
  t.strictSame(open, [
    'get /health',
    'get /health/ready',
    'get /health/live',
    'get /oauth/start',
    'get /oauth/callback',
  ]);
  t.strictSame(document.security, [{ bearer: [] }, { apiKey: [] }]);
});

t.test('GET /steps shows the very params that the document shows', async (t) => {
  const { steps: listed } = (await app.inject('/steps')).json();
  t.equal(listed.length, steps.length);
  for (const { type, params } of listed) {
    const body = document.paths[`/steps/${type}`].post.requestBody.content['application/json'].schema;
    t.strictSame(portable(params), resolved(body.properties.params), type);
  }
});

/** A schema of the document with its named variants in place. */
function resolved(schema: object): unknown {
  const { schemas } = document.components;
  return JSON.parse(JSON.stringify(schema), (_key, part) => {
    return part?.$ref === undefined ? part : schemas[part.$ref.split('/').at(-1)];
  });
}

/** A schema in the words that the document prefers: `enum` of one for `const`, and a record's values by no pattern. */
function portable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(portable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { const: constant, patternProperties, ...rest } = schema as Record<string, unknown>;
  const whole = {
    ...rest,
    ...(constant === undefined ? {} : { enum: [constant] }),
    ...(patternProperties === undefined ? {} : { additionalProperties: Object.values(Object(patternProperties))[0] }),
  };
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, portable(value)]));
}

t.test('the first example of each step is the least, and nothing that a trial could harm', async (t) => {
  for (const { type, examples } of steps) {
    const [{ summary, params: least, result }] = examples;
    t.equal(summary, 'The least', type);
    for (const name of Object.keys(least)) {
      const { [name]: _, ...less } = structuredClone(least);
      const { statusCode } = await app.inject({ method: 'POST', url: `/steps/${type}`, payload: { params: less } });
      t.equal(statusCode, 400, `${type} needs ${name}`);
    }
    t.notMatch(JSON.stringify({ least, result }), /"status(_id)?":("won"|142\b)/, `${type}: no won lead`);
    const { content } = document.paths[`/steps/${type}`].post.requestBody;
    t.strictSame(Object.values(content['application/json'].examples)[0], { summary, value: { params: least } });
  }
});

t.test('the examples of each step are what it takes and gives', async (t) => {
  const validator = createValidator();
  for (const { type, params, result, examples } of steps) {
    const takes = validator.compile(params);
    const gives = validator.compile(result);
    for (const example of examples) {
      const sent = structuredClone(example.params);
      t.ok(takes(sent), `${type}, ${example.summary}: ${JSON.stringify(takes.errors?.[0])}`);
      t.hasStrict(sent, example.params, 'nothing of it is coerced or dropped');
      const given = { success: true, ...structuredClone(example.result) };
      t.ok(gives(given), `${type}, ${example.summary}: ${JSON.stringify(gives.errors?.[0])}`);
      for (const name of Object.keys(given)) {
        t.ok(name in Object(Object(result).properties), `${type}: ${name} is a documented part of the result`);
      }
    }
    const { content } = document.paths[`/steps/${type}`].post.responses[200];
    for (const { success, output_var, result, context } of examplesOf(content['application/json']) as Answer[]) {
      t.strictSame([success, context[output_var]], [true, result], `${type}: the answer as a whole`);
    }
  }
});

interface Answer {
  success: boolean;
  output_var: string;
  result: unknown;
  context: Record<string, unknown>;
}
