import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import t from 'tap';
import { type TSchema, Type } from 'typebox';
import { anchorOf, type Block, type Markdown, tableOf } from '../../docs/markdown.ts';
import { withNotOffered } from '../../docs/not-offered-table.ts';
import { type Page, readPage, readPages, readText } from '../../docs/pages.ts';
import { requestFile } from '../../docs/request-file.ts';
import { withStepsTable } from '../../docs/steps-table.ts';
import { parseFieldMap } from '../../src/amocrm/fields/field-map.ts';
import { Environment } from '../../src/config/environment.ts';
import { parseSecretKeys } from '../../src/config/secret-keys.ts';
import { describeError, errorCodes } from '../../src/problems/catalogue.ts';
import { notOffered } from '../../src/steps/not-offered.ts';
import { findProgram, needs } from '../fixtures/programs.ts';

const root = new URL('../..', import.meta.url).pathname;
const english = await readPages('en');
const russian = await readPages('ru');
const others = await Promise.all(['CONTRIBUTING', 'SECURITY', 'CHANGELOG'].map((name) => readPage(`docs/${name}.md`)));
const everyPage = [...english, ...russian, ...others];
const blocks = english.flatMap(({ markdown }) => markdown.blocks);

t.test('each page is there in both languages, with the same headings, tables and blocks', async (t) => {
  t.strictSame(russian.map(({ name }) => name).sort(), english.map(({ name }) => name).sort());
  for (const { name, markdown: ours } of english) {
    const theirs = pageOf(russian, name).markdown;
    t.strictSame(levels(theirs), levels(ours), name);
    t.strictSame(tableShapes(theirs), tableShapes(ours), name);
    t.strictSame(theirs.blocks.map(withoutWords), ours.blocks.map(withoutWords), name);
  }
});

t.test('a first page is short, and leads to all others', async (t) => {
  for (const pages of [english, russian]) {
    const [readme, ...rest] = pages;
    if (readme === undefined) throw new Error('There is no README');
    t.ok([...readme.source].length <= 12_000, readme.file);
    for (const { file } of [...rest, ...others]) t.ok(readme.source.includes(`](${file})`), `${readme.file}: ${file}`);
  }
});

for (const [pages, titles] of [
  [english, { setting: 'setting', code: 'code' }],
  [russian, { setting: 'настройка', code: 'код' }],
] as const) {
  const { file, markdown } = pageOf(pages, 'settings');

  t.test(`${file} lists every setting with its default`, async (t) => {
    const rows = tableOf(markdown, titles.setting);
    t.strictSame(rows.map(([name]) => name).sort(), Object.keys(Environment.properties).sort());
    for (const [name = '', shown] of rows) {
      const schema = Object.entries(Environment.properties).find(([key]) => key === name)?.[1];
      if (schema !== undefined && 'default' in schema) t.equal(shown, String(schema.default), name);
      else t.notMatch(shown, /^(?:\d+|true|false)$/, name);
      if (schema !== undefined && isRequired(schema)) t.match(shown, /^(?:required|обязательна)$/, name);
    }
  });

  t.test(`${pageOf(pages, 'failures').file} lists every code with its status and sentence`, async (t) => {
    const rows = tableOf(pageOf(pages, 'failures').markdown, titles.code);
    const wanted = errorCodes.map((code) => [
      code,
      String(describeError(code).status),
      `«${describeError(code).sentence}»`,
    ]);
    t.strictSame(rows.map(([code, status, sentence]) => [code, status, sentence]).sort(), wanted.sort());
  });
}

t.test('what is written from the definitions and the pages is up to date (npm run docs)', async (t) => {
  t.equal(withStepsTable(pageOf(english, 'steps').source, 'en'), pageOf(english, 'steps').source);
  t.equal(withStepsTable(pageOf(russian, 'steps').source, 'ru'), pageOf(russian, 'steps').source);
  for (const row of pageOf(russian, 'steps')
    .source.split('\n')
    .filter((line) => line.startsWith('| `amocrm_'))) {
    t.match(row.split('|')[2], /[а-я]{3}/, 'what a step does is told in Russian');
  }
  for (const [pages, language] of [
    [english, 'en'],
    [russian, 'ru'],
  ] as const) {
    const { source } = pageOf(pages, 'python-plugin');
    t.equal(withNotOffered(source, language), source);
    for (const type of Object.keys(notOffered)) t.ok(source.includes(`| \`${type}\` (`), `${language} ${type}`);
  }
  t.equal(await readText('openapi/requests.http'), requestFile(english));
});

t.test('links and paths lead somewhere', async (t) => {
  const anchors = new Map(everyPage.map(({ file, markdown }) => [file, anchorsOf(markdown)]));
  for (const { file, markdown } of everyPage) {
    for (const [, target = ''] of markdown.prose.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('https:')) continue;
      const [path = '', anchor] = target.split('#');
      const to = path === '' ? file : join(dirname(file), path);
      t.ok(existsSync(join(root, to)), `${file}: ${target}`);
      if (anchor !== undefined) t.ok(anchors.get(to)?.has(anchor), `${file}: ${target}`);
    }
    const text = [markdown.prose, ...markdown.blocks.map((block) => block.text)].join('\n');
    const paths = text.matchAll(/`((?:src|test|docker|docs|openapi|\.ci)\/[\w./-]*)`/g);
    for (const [, path = ''] of paths) t.ok(existsSync(join(root, path)), `${file}: ${path}`);
  }
});

t.test('every script is named, and none that is not there', async (t) => {
  const { scripts } = JSON.parse(await readText('package.json'));
  const text = everyPage.map(({ source }) => source).join('\n');
  const commands = text.matchAll(/npm (?:run (?:--silent )?(?<script>[a-z]+)|(?<short>start|test)\b)/g);
  const named = commands.map(({ groups }) => groups?.script ?? groups?.short);
  t.strictSame([...new Set(named)].sort(), Object.keys(scripts).sort());
});

t.test('the field map shown is one', async (t) => {
  const [shown] = blocks.filter(({ mark }) => mark === 'amo_fields.json');
  const map = parseFieldMap(shown?.text ?? '', 'amo_fields.json');
  t.strictSame(
    map.own.contacts.map(({ alias }) => alias),
    ['telegram_id', 'source'],
  );
});

t.test('excerpts are what the files say', async (t) => {
  const excerpts = blocks.filter(({ mark }) => mark.includes('/'));
  t.ok(excerpts.length > 0);
  for (const { mark, text } of excerpts) t.ok((await readText(mark)).includes(text), mark);
});

t.test(
  'a key that seals secrets is made once and kept, not made anew at each start',
  needs('openssl', findProgram('openssl')),
  async (t) => {
    const lines = everyPage.flatMap(({ markdown }) => markdown.blocks.flatMap(({ text }) => text.split('\n')));
    const made = lines.filter((line) => line.includes('openssl rand -base64 32'));
    t.equal(made.length, 2, 'in both languages');
    for (const line of made) {
      const directory = t.testdir({});
      execFileSync('sh', ['-c', line], { cwd: directory });
      const { SECRET_KEY = '' } = parseEnv(readFileSync(join(directory, '.env'), 'utf8'));
      t.equal(parseSecretKeys(SECRET_KEY).length, 1, line);
    }
  },
);

t.test('the test command shown is the one that guards the main branch', async (t) => {
  const guard = await readText('.ci/run');
  const [contributing] = others;
  t.ok(contributing?.markdown.blocks.some(({ text }) => text === 'npm ci && npm test'));
  t.match(guard, /^npm ci\b/m);
  t.match(guard, /^npm test\b/m);
});

function pageOf(pages: readonly Page[], name: string): Page {
  const page = pages.find((page) => page.name === name);
  if (page === undefined) throw new Error(`There is no page ${name}`);
  return page;
}

function anchorsOf({ headings }: Markdown): Set<string> {
  return new Set(headings.map(({ title }) => anchorOf(title)));
}

function levels({ headings }: Markdown): number[] {
  return headings.map(({ level }) => level);
}

/** Columns of each line of a table, so that a row that is missing shows. */
function tableShapes({ prose }: Markdown): number[] {
  return [...prose.matchAll(/^\|.*\|$/gm)].map(([line]) => line.split(/(?<!\\)\|/).length);
}

/** The block as it is in any language: a picture's labels and a shell's comments are words. */
function withoutWords({ language, mark, text }: Block): Block {
  if (language === 'mermaid') return { language, mark, text: '' };
  return { language, mark, text: language === 'sh' ? text.replaceAll(/ *# .*$/gm, '') : text };
}

function isRequired(schema: TSchema): boolean {
  return !Type.IsOptional(schema) && !('default' in schema);
}
