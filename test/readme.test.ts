import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { type TSchema, Type } from 'typebox';
import { parseFieldMap } from '../src/amocrm/fields/field-map.ts';
import { Environment } from '../src/config/environment.ts';
import { describeError, errorCodes } from '../src/problems/catalogue.ts';
import { steps } from '../src/steps/index.ts';
import { anchorOf, type Block, type Markdown, readMarkdown, tableOf } from './fixtures/markdown.ts';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');
const english = readMarkdown(await read('README.md'));
const russian = readMarkdown(await read('README.ru.md'));
const pages = [
  { page: english, file: 'README.md', titles: { setting: 'setting', code: 'code', step: 'step' } },
  { page: russian, file: 'README.ru.md', titles: { setting: 'настройка', code: 'код', step: 'шаг' } },
];

t.test('both have the same headings, tables and blocks, one to one', async (t) => {
  t.strictSame(levels(russian), levels(english));
  t.strictSame(tableShapes(russian), tableShapes(english));
  t.strictSame(russian.blocks.map(withoutWords), english.blocks.map(withoutWords));
});

for (const { page, file, titles } of pages) {
  t.test(`${file} lists every setting with its default`, async (t) => {
    const rows = tableOf(page, titles.setting);
    t.strictSame(rows.map(([name]) => name).sort(), Object.keys(Environment.properties).sort());
    for (const [name = '', shown] of rows) {
      const schema = Object.entries(Environment.properties).find(([key]) => key === name)?.[1];
      if (schema !== undefined && 'default' in schema) t.equal(shown, String(schema.default), name);
      else t.notMatch(shown, /^(?:\d+|true|false)$/, name);
      if (schema !== undefined && isRequired(schema)) t.match(shown, /^(?:required|обязательна)$/, name);
    }
  });

  t.test(`${file} lists every code with its status and sentence`, async (t) => {
    const listed = tableOf(page, titles.code).map(([code, status, sentence]) => [code, status, sentence]);
    const wanted = errorCodes.map((code) => [
      code,
      String(describeError(code).status),
      `«${describeError(code).sentence}»`,
    ]);
    t.strictSame(listed.sort(), wanted.sort());
  });

  t.test(`${file} has a row for every step type: label, what it needs, what it gives, its variable`, async (t) => {
    const rows = tableOf(page, titles.step);
    t.strictSame(
      rows.map(([name, , , , variable]) => [name, variable]),
      steps.map(({ type, label, outputVar }) => [`\`${type}\` (${label})`, outputVar]),
    );
    for (const [index, { type, params, result }] of steps.entries()) {
      const [, , needs = '', gives = ''] = rows[index] ?? [];
      for (const name of neededParams(params)) t.ok(named(needs).includes(name), `${type}: ${name}`);
      t.strictSame(['success', ...named(gives)], Object.keys(Object(result).properties), type);
    }
  });

  t.test(`${file} has all chapters in its contents`, async (t) => {
    const [, , ...chapters] = page.headings.filter(({ level }) => level <= 2);
    for (const { title } of chapters) t.ok(page.prose.includes(`- [${title}](#${anchorOf(title)})`), title);
  });

  t.test(`${file} names every script, and only files and anchors that exist`, async (t) => {
    const { scripts } = JSON.parse(await read('package.json'));
    const everything = [page.prose, ...page.blocks.map(({ text }) => text)].join('\n');
    const commands = everything.matchAll(/npm (?:run (?:--silent )?(?<script>[a-z]+)|(?<short>start|test)\b)/g);
    const named = commands.map(({ groups }) => groups?.script ?? groups?.short);
    t.strictSame([...new Set(named)].sort(), Object.keys(scripts).sort());
    const targets = [...page.prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const paths = [...everything.matchAll(/`((?:src|test|docker|openapi|\.ci)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    const files = [...paths, ...targets.filter((target) => !/^(?:#|https:)/.test(target))];
    for (const path of new Set(files)) t.ok(existsSync(new URL(path, root)), path);
    const anchors = new Set(page.headings.map(({ title }) => `#${anchorOf(title)}`));
    for (const target of targets.filter((target) => target.startsWith('#'))) t.ok(anchors.has(target), target);
  });
}

t.test('the field map shown is one', async (t) => {
  const [shown] = english.blocks.filter(({ mark }) => mark === 'amo_fields.json');
  const map = parseFieldMap(shown?.text ?? '', 'README.md');
  t.strictSame(
    map.own.contacts.map(({ alias }) => alias),
    ['telegram_id', 'source'],
  );
});

t.test('excerpts are what the files say', async (t) => {
  const excerpts = english.blocks.filter(({ mark }) => mark.includes('/'));
  for (const { mark, text } of excerpts) t.ok((await read(mark)).includes(text), mark);
});

t.test('the test command shown is the one that guards the main branch', async (t) => {
  const guard = await read('.ci/run');
  t.ok(english.blocks.some(({ text }) => text === 'npm ci && npm test'));
  t.match(guard, /^npm ci\b/m);
  t.match(guard, /^npm test\b/m);
});

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

/** What is in backticks in a cell, or is the whole cell. */
function named(cell: string): string[] {
  return cell.includes('`') ? [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name) : [cell];
}

/** Params that a step needs, all or one of them, whatever the variant. */
function neededParams(schema: unknown): string[] {
  const { required = [], anyOf = [], oneOf = [] } = Object(schema);
  const variants: unknown[] = [...anyOf, ...oneOf];
  // The keys of `update_data` may stand beside it; the table says so in words.
  if (variants.some((variant) => Object(variant).required?.includes('update_data')))
    return [...required, 'update_data'];
  return [...required, ...variants.flatMap(neededParams)].filter(
    (name) => name !== 'note_type' && name !== 'output_var',
  );
}

function isRequired(schema: TSchema): boolean {
  return !Type.IsOptional(schema) && !('default' in schema);
}
