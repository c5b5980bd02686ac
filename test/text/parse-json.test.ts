import t from 'tap';
import { parseJson } from '../../src/text/parse-json.ts';

t.test('an escaped key stays itself, whatever keys others have sent', async (t) => {
  for (const [other, own] of [
    ['{"a":{"x":1,"\\\\u0418\\\\u":1}}', '{"a":{"x":1,"\\u0418\\u0441\\u0442\\u043e\\u0447\\u043d\\u0438\\u043a":1}}'],
    ['{"b":{"x":1,"\\\\":1}}', '{"b":{"x":1,"\\u0418":1}}'],
    ['{"c":{"x":1,"k\\\\":1}}', '{"c":{"x":1,"k\\u0418":1}}'],
  ] as const) {
    parseJson(other);
    const [part] = Object.values(Object(parseJson(own)));
    t.match(Object.keys(Object(part)), ['x', /^k?И/], own);
  }
});

t.test('so does one that has to be escaped', async (t) => {
  for (const [other, own, key] of [
    ['{"d":{"x":1,"\\\\":1}}', '{"d":{"x":1,"\\"":1}}', '"'],
    ['{"e":{"x":1,"Тариф \\\\\\"Люкс":1}}', '{"e":{"x":1,"Тариф \\"Люкс\\"":1}}', 'Тариф "Люкс"'],
    ['{"f":{"x":1,"a\\\\":1}}', '{"f":{"x":1,"a\\n":{"x":1,"a\\\\":2}}}', 'a\n'],
  ] as const) {
    parseJson(other);
    const [part] = Object.values(Object(parseJson(own)));
    t.strictSame(Object.keys(Object(part)), ['x', key], own);
  }
  const list: unknown = parseJson('[{"\\n": [{"\\n": 1, "a": 2, "\\u000a": 3}], "b": null}]');
  t.strictSame(list, [{ '\n': [{ '\n': 3, a: 2 }], b: null }], 'of equal keys the last counts');
});

t.test('it reads what JSON.parse reads', async (t) => {
  for (const text of [
    '"\\u0418\\n\\u000a\\u0022\\u005c\\u005C\\\\u0418\\/\\u007f\\u2028"',
    '"\\ud83d\\ude00 \\ud83d \\ude00"',
    '["\\\\\\u0418", "\\\\\\\\u0418", {"\\u0061": "\\u0000"}]',
    '12',
  ]) {
    t.strictSame(parseJson(text), JSON.parse(text), text);
  }
  const letters = ['\\u0418', '\\\\', '\\"', '\\u005c', '\\ud83d', '\\ude00', 'и', 'u0418', '\\n', '\\u0022'];
  let seed = 7;
  const pick = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return letters[seed % letters.length] ?? '';
  };
  for (let run = 0; run < 500; run += 1) {
    const text = `"${Array.from({ length: 12 }, pick).join('')}"`;
    if (parseJson(text) !== JSON.parse(text)) t.fail(text);
  }
});

t.test('an escape outside a string is no JSON', async (t) => {
  for (const text of ['\\u007b\\u007d', '{"a"\\u003a 1}', '["\\u0418" \\u002c 1]', '"\\u04"']) {
    t.throws(() => parseJson(text), { name: 'SyntaxError' }, text);
  }
});

t.test('numbers come with their source', async (t) => {
  const sources: unknown[] = [];
  parseJson('{"\\u0418": 1.50}', (_key, value, context) => {
    if (typeof value === 'number') sources.push(context?.source);
    return value;
  });
  t.strictSame(sources, ['1.50']);
});
