import fc from 'fast-check';
import t from 'tap';
import { faultOfJson } from '../../src/text/json-fault.ts';

const faults: [string, number, number, string][] = [
  ['{\n "a": none}', 2, 8, "Unexpected token 'o'"],
  ['{\n "a": {"id": 1}\n "b": 2}', 3, 2, "Expected ',' or '}' after property value"],
  ['{"a":[1,\n]}', 2, 1, "Unexpected token ']'"],
  ['{"a": "?", "b": ?}', 1, 17, "Unexpected token '?'"],
  ['\n\n%', 3, 1, "Unexpected token '%'"],
  ['[1]\n x', 2, 2, 'Unexpected non-whitespace character'],
  ['{\n"a": "x\ny"}', 2, 8, 'Bad control character in string literal'],
  ['[\n1,\n"ab', 3, 4, 'Unterminated string'],
  ['{"a":\n', 2, 1, 'Unexpected end of JSON input'],
  ['', 1, 1, 'Unexpected end of JSON input'],
];
for (const [text, line, column, reason] of faults) {
  t.test(`${JSON.stringify(text)} breaks off at ${line}:${column}`, async (t) => {
    t.strictSame(faultOfJson(text), { line, column, reason });
  });
}

t.test('JSON has no fault, with blanks around it or without', async () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (text, blank) => {
      return faultOfJson(blank + text + blank) === undefined;
    }),
  );
});

t.test('a stray character is told with its place, whatever stands before and after it', async () => {
  const stray = fc.constantFrom('?', '%', 'none', '.5', "'x'", '=');
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 9 }), stray, fc.array(fc.json()), (before, stray, after) => {
      const head = `[${before.map((value) => `${value},\n`).join('')}`;
      const tail = after.map((value) => `,\n${value}`).join('');
      // Of a broken word the first letter that does not fit is told.
      const column = stray === 'none' ? 2 : 1;
      const { line, column: told } = faultOfJson(`${head}${stray}${tail}]`) ?? {};
      return line === before.length + 1 && told === column + (before.length === 0 ? 1 : 0);
    }),
  );
});
