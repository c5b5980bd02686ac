import fc from 'fast-check';
import t from 'tap';
import { formatPath, inDocumentOrder } from '../../src/problems/document-order.ts';
import type { Path } from '../../src/problems/problem.ts';
import { keepText } from '../../src/problems/written-keys.ts';

fc.configureGlobal({ seed: 20_261_127 });

function order(text: string, paths: readonly Path[]): Path[] {
  const document: unknown = JSON.parse(text);
  keepText(document, text);
  return inDocumentOrder(
    paths.map((path) => ({ path })),
    document,
  ).map(({ path }) => path);
}

const told = (text: string, paths: readonly Path[]) => order(text, paths).map(formatPath);

t.test('keys that read as integers stay where they were written', async (t) => {
  const text = '{"b": {"x": 1, "7": {"z": 1, "0": 2}, "y": 3}, "1": [{"k": 1, "5": 2}], "a": 1}';
  const paths = [
    ['1', 0, '5'],
    ['1', 0, 'k'],
    ['a'],
    ['b', '7'],
    ['b', '7', '0'],
    ['b', '7', 'z'],
    ['b', 'x'],
    ['b', 'y'],
  ];
  const sorted = ['b.x', 'b.7', 'b.7.z', 'b.7.0', 'b.y', '1[0].k', '1[0].5', 'a'];
  t.strictSame(told(text, paths), sorted);
  t.strictSame(told(text.replaceAll(/[ ]/g, '\n\t '), paths), sorted);
});

t.test('missing keys come last, and what strings hold is no key', async (t) => {
  const text = String.raw`{"q\"{": "\\", "\u0031": "{\"9\": [", "last": null, "2": "]}\\\""}`;
  const paths = [['9'], ['2'], ['last'], ['1'], ['q"{']];
  t.strictSame(told(text, paths), ['q"{', '1', 'last', '2', '9']);
});

t.test('of equal keys the last counts', async (t) => {
  const text = '{"a": {"1": 0, "x": 0}, "5": 0, "a": {"x": 0, "1": 0}}';
  t.strictSame(told(text, [['a', '1'], ['a', 'x'], ['5']]), ['5', 'a.x', 'a.1']);
});

/** A document with the paths of its values, as they were written. */
interface Written {
  text: string;
  paths: Path[];
}

const blank = fc.constantFrom('', ' ', '\n', ' \t\r\n');
/** No backslash: once V8 13.6 has read a key with one, it may take an escaped key for it. */
const key = fc.constantFrom('0', '7', '12', '4294967295', '-1', '01', 'a', 'ключ', '{', '"', 'a"1', ',', '1 ');
const scalar = fc.constantFrom('1', '-2.5e3', 'null', 'true', '"x"', '"\\\\"', '"{\\"1\\": ["', '""');
const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    scalar.map((text) => ({ text, paths: [] })),
    fc.tuple(blank, fc.array(tie('written'), { maxLength: 4 })).map(([gap, items]) => ({
      text: `[${gap}${items.map(({ text }) => text).join(`${gap},`)}${gap}]`,
      paths: items.flatMap((item, index) => below(index, item)),
    })),
    fc
      .tuple(blank, fc.uniqueArray(fc.tuple(key, tie('written')), { maxLength: 6, selector: ([name]) => name }))
      .map(([gap, members]) => ({
        text: `{${gap}${members.map(([name, { text }]) => `${JSON.stringify(name)}${gap}:${gap}${text}`).join(`,${gap}`)}${gap}}`,
        paths: members.flatMap(([name, member]) => below(name, member)),
      })),
  ),
}));

function below(step: string | number, { paths }: Written): Path[] {
  return [[step], ...paths.map((path) => [step, ...path])];
}

t.test('any faults of any document come in the order in which their places were written', async () => {
  fc.assert(
    fc.property(
      written.chain(({ text, paths }) => fc.tuple(fc.constant({ text, paths }), fc.shuffledSubarray(paths))),
      ([{ text, paths }, some]) => {
        const expected = paths.filter((path) => some.includes(path));
        return JSON.stringify(order(text, some)) === JSON.stringify(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});
