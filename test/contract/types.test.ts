import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { document, operations, type Schema } from './document.ts';

/** TypeScript clients of the service, with types that openapi-typescript generates from the committed document. */

// The generator needs a TypeScript that is written in JavaScript.
registerHooks({ resolve: (name, context, next) => next(name === 'typescript' ? 'typescript-5' : name, context) });
const { astToString, default: generate } = await import('openapi-typescript');
const types = astToString(await generate(JSON.stringify(document)));
const tsc = join(import.meta.dirname, '../../node_modules/typescript/lib/tsc.js');

const caller = `import type { paths } from './service.ts';

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer B } } };
}
  ? B
  : never;
type Result<P extends keyof paths> = paths[P] extends {
  post: { responses: { 200: { content: { 'application/json': { result: infer R } } } } };
}
  ? R
  : never;
export declare function call<P extends keyof paths>(path: P, body: Body<P>): Result<P>;
`;

/** What the compiler says of a client; nothing where it is content. */
function compile(t: Test, lines: readonly string[]): Promise<string> {
  const directory = t.testdir({
    'service.ts': types,
    'call.ts': caller,
    'client.ts': ["import { call } from './call.ts';", ...lines].join('\n'),
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        module: 'nodenext',
        target: 'esnext',
        types: [],
      },
    }),
  });
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '--pretty', 'false'], { cwd: directory }, (error, out, err) => {
      resolve(error === null ? '' : out + err);
    });
  });
}

const paramsOf = (body: Schema = {}) => body.properties?.params ?? {};
const stepRoutes = operations.filter(({ path }) => path.startsWith('/steps/'));

/** The least that a step takes. */
function least(schema: Schema): Record<string, unknown> {
  const [variant] = schema.oneOf ?? [];
  if (variant !== undefined) return least(variant);
  const { properties = {}, required = [], allOf: [{ anyOf: [branch] = [] } = {}] = [] } = schema;
  const names = [...required, ...(branch?.required ?? [])];
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {})]));
}

function exampleOf({ examples = [], enum: constants = [], minimum = 'text' }: Schema): unknown {
  return [...examples, ...constants, minimum][0];
}

t.test('the least call of each step compiles', async (t) => {
  const lines = stepRoutes.map(({ path, body }) => {
    return `call('${path}', { params: ${JSON.stringify(least(paramsOf(body)))} });`;
  });
  t.ok(lines.length >= 9);
  t.ok(
    lines.some((line) => line.includes('amocrm_add_note') && !line.includes('note_type')),
    lines.join('\n'),
  );
  t.equal(await compile(t, lines), '');
});

t.test('a result has members of known types', async (t) => {
  const report = await compile(t, [
    "const found = call('/steps/amocrm_find_contact', { params: { phone: '+79001234567' } });",
    'export const contact: number | undefined = found.contact?.id;',
    'export const firstName: string | null | undefined = found.contact?.first_name;',
    "export const price: number | null | undefined = call('/steps/amocrm_find_lead', { params: { lead_id: 1 } }).lead?.price;",
    "const made = call('/steps/amocrm_create_contact', { params: { name: 'Иван' } });",
    'export const madeName: string | null | undefined = made.contact.name;',
    "const hits = call('/steps/amocrm_search', { params: { query: 'Иван', entity_type: 'all' } }).items;",
    "export const prices = hits.map((hit): number | null | undefined => (hit.entity_type === 'leads' ? hit.price : 0));",
    "const note = call('/steps/amocrm_add_note', { params: { entity_type: 'leads', entity_id: 1, note_text: 'Да' } });",
    'export const noteId: number = note.note_id;',
    "import type { components } from './service.ts';",
    "export type Named = components['schemas']['Contact' | 'Lead' | 'Company' | 'amocrm_add_note_result'];",
  ]);
  t.equal(report, '');
});

t.test('the client that the pages show compiles', async (t) => {
  for (const language of ['en', 'ru']) {
    const page = readFileSync(join(import.meta.dirname, `../../docs/${language}/recipes.md`), 'utf8');
    const shown = /```ts\n(?<program>.*?)```/s.exec(page)?.groups?.program ?? 'nothing is shown';
    t.equal(await compile(t, shown.replace('./steps.d.ts', './service.ts').split('\n')), '', language);
  }
});

t.test('a wrong call does not compile', async (t) => {
  const wrong = [
    "call('/steps/amocrm_find_contact', { params: { fone: '+79001234567' } });",
    "call('/steps/amocrm_update_contact', { params: { name: 'Иван' } });",
    "call('/steps/amocrm_add_note', { params: { entity_type: 'leads', entity_id: 1, note_type: 'nope' } });",
    "call('/steps/amocrm_find_lead', { params: { lead_id: true } });",
  ];
  const report = await compile(t, wrong);
  for (const [index, line] of wrong.entries()) t.match(report, `client.ts(${index + 2},`, line);
});
