import fc from 'fast-check';
import t from 'tap';
import { isSamePhone, phoneQueries, significantDigits } from '../../src/text/phones.ts';

fc.configureGlobal({ seed: 20_261_123 });

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
/** Digits that begin neither like 00 nor like Russia's 8. */
const plainNumber = (minLength: number, maxLength: number) =>
  fc.tuple(fc.constantFrom(...'1234569'), digits(minLength - 1, maxLength - 1)).map((parts) => parts.join(''));
const anyText = fc.oneof(fc.string(), digits(0, 16), fc.stringMatching(/^[+\d() -]{0,20}$/));
/** The same digits as people write them. */
const spelt = (number: string) =>
  fc
    .array(fc.constantFrom('', '', '', ' ', '-', '(', ')', '.', '\u00a0'), {
      minLength: number.length,
      maxLength: number.length,
    })
    .map((gaps) => `+${[...number].map((digit, index) => digit + gaps[index]).join('')}`);
const spelling = (number: fc.Arbitrary<string>) =>
  number.chain((plain) => fc.record({ plain: fc.constant(plain), spelt: spelt(plain) }));

t.test('spellings of one Russian number are equal', async (t) => {
  const spellings = ['+7 (900) 123-45-67', '8 900 1234567', '79001234567', '9001234567', '007 900 123 45 67'];
  for (const a of spellings) {
    for (const b of spellings) t.ok(isSamePhone(a, b), `${a} is ${b}`);
  }
});

t.test('numbers that share their last ten digits only are two', async (t) => {
  t.notOk(isSamePhone('+55 11 91234-5678', '+55 21 91234-5678'));
  t.notOk(isSamePhone('+7 912 345-67-89', '+1 912 345 67 89'));
  t.ok(isSamePhone('+55 11 91234-5678', '11 91234 5678'), 'without the country code it is the same');
});

t.test('a leading 8 is the country code of eleven digits alone', async (t) => {
  t.equal(significantDigits('8 (900) 123-45-67'), '79001234567');
  t.equal(significantDigits('8 900 123-45-6'), '8900123456');
  t.equal(significantDigits('+86 139 1234 5678'), '8613912345678');
  t.notOk(isSamePhone('8900123456', '7900123456'));
});

t.test('a leading 00 does not count', async (t) => {
  t.equal(significantDigits('0049 30 123456'), '4930123456');
  t.ok(isSamePhone('0049 30 123456', '+49 30 123456'));
});

t.test('numbers shorter than ten digits are equal in full only', async (t) => {
  t.ok(isSamePhone('123-45-67', '1234567'));
  t.notOk(isSamePhone('1234567', '+7 900 123-45-67'));
  t.notOk(isSamePhone('900123456', '8900123456'));
});

t.test('what has no digits is no number', async (t) => {
  t.notOk(isSamePhone('', ''));
  t.notOk(isSamePhone('нет', 'нет'));
  t.notOk(isSamePhone('', '+79001234567'));
  t.notOk(isSamePhone('00', '00'));
});

t.test('amoCRM is asked for the last ten digits, then for the number as it was given', async (t) => {
  t.strictSame(phoneQueries(' +7 (900) 123-45-67 '), ['9001234567', '+7 (900) 123-45-67']);
  t.strictSame(phoneQueries('9001234567'), ['9001234567']);
  t.strictSame(phoneQueries('12-34'), ['1234', '12-34']);
});

t.test('every number is equal to itself', async () => {
  fc.assert(fc.property(spelling(plainNumber(1, 16)), ({ plain, spelt }) => isSamePhone(plain, spelt)));
});

t.test('equality goes both ways', async () => {
  fc.assert(fc.property(anyText, anyText, (a, b) => isSamePhone(a, b) === isSamePhone(b, a)));
  const suffixes = fc.tuple(digits(0, 4), digits(8, 13));
  fc.assert(fc.property(suffixes, ([head, tail]) => isSamePhone(head + tail, tail) === isSamePhone(tail, head + tail)));
});

t.test('spelling makes no difference', async () => {
  const pair = fc.tuple(spelling(digits(1, 15)), spelling(digits(1, 15)));
  fc.assert(fc.property(pair, ([a, b]) => isSamePhone(a.spelt, b.spelt) === isSamePhone(a.plain, b.plain)));
});

t.test('a national number is the same behind any country code', async () => {
  const pair = fc.tuple(plainNumber(1, 3), plainNumber(10, 12));
  fc.assert(fc.property(pair, ([code, national]) => isSamePhone(code + national, national)));
});

t.test('one other digit makes another number', async () => {
  const changed = plainNumber(1, 15).chain((number) =>
    fc.record({
      number: fc.constant(number),
      place: fc.nat(number.length - 1),
      step: fc.integer({ min: 1, max: 9 }),
    }),
  );
  const isLeadingSpecial = (number: string) => /^(8|00)/.test(number);
  fc.assert(
    fc.property(changed, ({ number, place, step }) => {
      const other = [...number]
        .map((digit, at) => (at === place ? String((Number(digit) + step) % 10) : digit))
        .join('');
      fc.pre(!isLeadingSpecial(other));
      return !isSamePhone(number, other);
    }),
  );
});

t.test('a number of less than ten digits equals no longer one', async () => {
  const pair = fc.tuple(plainNumber(1, 9), plainNumber(1, 6));
  fc.assert(fc.property(pair, ([short, head]) => !isSamePhone(short, head + short)));
});

t.test('whatever is equal shares a search for the last digits', async () => {
  const pair = fc.tuple(digits(1, 15), fc.nat(5)).map(([number, cut]) => [number, number.slice(cut)] as const);
  fc.assert(
    fc.property(pair, ([a, b]) => {
      fc.pre(isSamePhone(a, b));
      return phoneQueries(a)[0] === phoneQueries(b)[0];
    }),
  );
});
