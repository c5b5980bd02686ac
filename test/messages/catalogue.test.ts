import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isMessage, type Message } from '../../src/messages/message.ts';
import { countedInRussian } from '../../src/messages/plural.ts';
import { describeError, errorCodes } from '../../src/problems/catalogue.ts';

const source = join(import.meta.dirname, '../../src');
const room = join(source, 'messages');
const cyrillic = /[а-яё]/i;

/** Stands for whatever a text is worded around: a string, a number, another text, the beginnings of two. */
function sentinel(index: number): object {
  const value = `⟦${index}⟧`;
  const text = { en: value, ru: value };
  return Object.assign(new String(value), text, { unknown: text, ambiguous: text });
}

/** All texts of a catalogue, worded around sentinels. */
function* textsIn(part: unknown, name: string): Generator<[name: string, text: Message]> {
  if (isMessage(part)) yield [name, part];
  else if (typeof part === 'function') {
    const values = Array.from({ length: part.length }, (_, index) => sentinel(index));
    yield* textsIn(Reflect.apply(part, undefined, values), name);
  } else if (typeof part === 'object' && part !== null) {
    for (const [key, inner] of Object.entries(part)) yield* textsIn(inner, `${name}.${key}`);
  }
}

const files = readdirSync(room);
const catalogues: [name: string, catalogue: object][] = [];
for (const file of files) {
  const exported: Record<string, unknown> = await import(join(room, file));
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) catalogues.push([name, value]);
  }
}
const texts = catalogues.flatMap(([name, catalogue]) => [...textsIn(catalogue, name)]);

const valuesIn = (text: string) => [...new Set(text.match(/⟦\d⟧/g))].sort();

t.test('each text is there in both languages, around the same values', async (t) => {
  t.ok(texts.length > 200, `${texts.length} texts`);
  for (const [name, { en, ru }] of texts) {
    t.strictSame(valuesIn(ru), valuesIn(en), `${name}: the same values`);
    t.ok(cyrillic.test(ru) || ru === en, `${name}: "${ru}" is in Russian`);
    t.notMatch(en.replaceAll(/"(да|нет)"|“.*”/g, ''), cyrillic, `${name}: "${en}" is in English`);
    t.notMatch(en + ru, /undefined|\[object/, `${name}: whole`);
  }
});

/** Values and marks alone, the name of a setting, a command. */
const noSentence = /^( \(HTTP ⟦0⟧\)|[\s()":;⟦\d⟧]*|[A-Z_]+|chmod .+)$/;

t.test('what is the same in both languages has no words of ours', async (t) => {
  const same = texts.filter(([, { en, ru }]) => en === ru);
  for (const [name, { en }] of same) t.match(en, noSentence, name);
});

t.test('each code has a title in both languages', async (t) => {
  for (const code of errorCodes) {
    const { title } = describeError(code);
    t.match(title.ru, cyrillic, code);
    t.notMatch(title.en, cyrillic, code);
  }
});

t.test('no text is left over', async (t) => {
  const others = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('sandbox'))
    .map((file) => readFileSync(join(source, file), 'utf8'));
  const all = others.join('\n');
  for (const [name, catalogue] of catalogues) {
    for (const key of Object.keys(catalogue)) {
      t.ok((all.match(new RegExp(`\\b${key}\\b`, 'g')) ?? []).length > 1, `${name}.${key}`);
    }
  }
});

t.test('Russian nouns go with their number', async (t) => {
  const forms = { one: 'задание', few: 'задания', many: 'заданий' };
  const counted = [0, 1, 2, 5, 11, 12, 21, 22, 25, 111, 20_000].map((count) => countedInRussian(count, forms));
  const ends = ['й', 'е', 'я', 'й', 'й', 'й', 'е', 'я', 'й', 'й', 'й'];
  t.strictSame(
    counted.map((text) => text.at(-1)),
    ends,
  );
});
