import fc from 'fast-check';
import t from 'tap';
import { isSameDecimal } from '../../src/text/decimals.ts';

t.test('one number, however it is written', async (t) => {
  for (const [a, b] of [
    ['1.50', '1.5'],
    ['15e-1', '1.5'],
    ['100', '1E+2'],
    ['0.00', '0'],
    ['0e99', '0'],
    ['-0.10', '-1e-1'],
    ['1e+21', '1000000000000000000000'],
    ['0'.repeat(100_000), '0'],
    [`1${'0'.repeat(100_000)}`, '1e100000'],
  ] as const) {
    t.ok(isSameDecimal(a, b), `${a.slice(0, 30)} ${b}`);
  }
});

t.test('other numbers, and what is none', async (t) => {
  for (const [a, b] of [
    ['-0', '0'],
    ['1e-400', '0'],
    ['0.12345678901234567890123', '0.12345678901234568'],
    ['10', '1'],
    ['-1', '1'],
    ['1e400', 'Infinity'],
    ['Infinity', 'Infinity'],
    ['', ''],
  ] as const) {
    t.notOk(isSameDecimal(a, b), `${a} ${b}`);
  }
});

t.test('what JavaScript writes of a number is that number, with an exponent too', async (t) => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
      t.ok(isSameDecimal(value.toExponential(), String(Object.is(value, -0) ? 0 : value)));
    }),
  );
});
