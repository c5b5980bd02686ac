import fc from 'fast-check';
import t from 'tap';
import { encode, fieldOf, readBack, refusalOf } from '../../fixtures/fields.ts';

fc.configureGlobal({ seed: 20_261_123 });

const day = fieldOf('date');
const moment = fieldOf('date_time');
const seconds = (iso: string) => Date.parse(iso) / 1000;
const zones = ['Europe/Moscow', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC', '+05:30'];

t.test('a plain date is the start of that day in the account’s time zone', async (t) => {
  for (const type of ['date', 'birthday', 'date_time']) {
    const field = fieldOf(type);
    t.strictSame(encode(field, '2024-12-31', 'Europe/Moscow'), [{ value: seconds('2024-12-31T00:00:00+03:00') }], type);
    t.strictSame(encode(field, ' 2024-12-31 ', 'America/New_York'), [{ value: seconds('2024-12-31T00:00:00-05:00') }]);
    t.strictSame(encode(field, '2024-07-01', '-03:00'), [{ value: seconds('2024-07-01T00:00:00-03:00') }]);
  }
});

t.test('a time without a zone is in the account’s', async (t) => {
  const expected = [{ value: seconds('2024-12-31T18:30:00+03:00') }];
  for (const text of ['2024-12-31T18:30', '2024-12-31 18:30', '2024-12-31T18:30:00', '2024-12-31T18:30:00.250']) {
    t.strictSame(encode(moment, text, 'Europe/Moscow'), expected, text);
  }
});

t.test('a time with a zone is that moment', async (t) => {
  const expected = [{ value: seconds('2024-12-31T15:30:00Z') }];
  for (const text of [
    '2024-12-31T15:30:00Z',
    '2024-12-31T18:30:00+03:00',
    '2024-12-31T10:30-05',
    '2024-12-31 21:00:00+0530',
  ]) {
    t.strictSame(encode(moment, text, 'America/New_York'), expected, text);
  }
});

t.test('unix seconds may be a number or digits', async (t) => {
  for (const value of [1735689600, '1735689600']) t.strictSame(encode(moment, value), [{ value: 1735689600 }]);
  for (const value of [0, '0', -86400]) t.strictSame(encode(moment, value), [{ value: Number(value) }]);
});

t.test('a date that is given as a moment is sent as the start of its day, as amoCRM keeps it', async (t) => {
  const noon = seconds('2024-12-31T12:00:00+03:00');
  const midnight = [{ value: seconds('2024-12-31T00:00:00+03:00') }];
  t.strictSame(encode(day, noon, 'Europe/Moscow'), midnight);
  t.strictSame(encode(day, '2024-12-30T23:30:00Z', 'Europe/Moscow'), midnight, 'it is the next day there');
  t.strictSame(encode(moment, noon, 'Europe/Moscow'), [{ value: noon }], 'a time keeps its hour');
});

t.test('around midnight the day is the account’s, not that of UTC', async (t) => {
  const late = '2024-12-31T23:30:00Z';
  t.equal(readBack(day, late, 'Europe/Berlin'), '2025-01-01');
  t.equal(readBack(day, late, 'America/New_York'), '2024-12-31');
  t.equal(readBack(day, '2024-12-31T00:00', 'Pacific/Apia'), '2024-12-31');
  t.equal(readBack(day, '2024-12-31T23:59:59', 'Asia/Kathmandu'), '2024-12-31');
});

t.test('days on which the clocks change have their own length', async (t) => {
  t.strictSame(encode(day, '2025-03-30', 'Europe/Berlin'), [{ value: seconds('2025-03-30T00:00:00+01:00') }]);
  t.strictSame(encode(day, '2025-03-31', 'Europe/Berlin'), [{ value: seconds('2025-03-31T00:00:00+02:00') }]);
  t.strictSame(encode(moment, '2025-03-30T03:00', 'Europe/Berlin'), [{ value: seconds('2025-03-30T01:00:00Z') }]);
  t.strictSame(encode(moment, '2024-11-03T12:00', 'America/New_York'), [
    { value: seconds('2024-11-03T12:00:00-05:00') },
  ]);
  t.strictSame(encode(moment, '2024-11-02T12:00', 'America/New_York'), [
    { value: seconds('2024-11-02T12:00:00-04:00') },
  ]);
});

t.test('a local time that a clock change skips is taken as it would have run on', async (t) => {
  t.strictSame(encode(moment, '2025-03-30T02:30', 'Europe/Berlin'), [{ value: seconds('2025-03-30T01:30:00Z') }]);
});

t.test('a local time that comes twice is the first', async (t) => {
  t.strictSame(encode(moment, '2024-11-03T01:30', 'America/New_York'), [
    { value: seconds('2024-11-03T01:30:00-04:00') },
  ]);
});

t.test('a day without a midnight begins when it begins', async (t) => {
  t.equal(readBack(day, '2024-04-26', 'Africa/Cairo'), '2024-04-26');
  t.strictSame(encode(day, '2024-04-26', 'Africa/Cairo'), [{ value: seconds('2024-04-26T01:00:00+03:00') }]);
});

t.test('a day that a zone has left out does not exist there, and the next one is read', async (t) => {
  t.equal(readBack(day, '2011-12-31', 'Pacific/Apia'), '2011-12-31');
});

t.test('milliseconds are refused with a hint', async (t) => {
  for (const value of [1735689600000, '1735689600000', -1735689600000]) {
    for (const field of [day, moment]) {
      t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', message: /milliseconds/ });
    }
  }
});

t.test('days and times that do not exist are refused', async (t) => {
  for (const value of [
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '2024-12-31T25:00',
    '2024-12-31T12:60',
  ]) {
    for (const field of [day, moment]) {
      t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', message: /no such day or time/ }, value);
    }
  }
});

t.test('other forms are refused', async (t) => {
  const others = [
    '31.12.2024',
    '12/31/2024',
    '2024-1-5',
    '2024-12',
    'завтра',
    'T18:30',
    '2024-12-31T',
    '1735689600.5',
    '1 735',
  ];
  for (const value of [...others, '', true, null, [], {}, 1.5, ['2024-12-31'], Number.NaN]) {
    for (const field of [day, moment]) {
      t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', message: /ISO 8601/ }, JSON.stringify(value));
    }
  }
});

const calendarDay = fc
  .date({ min: new Date('1900-01-02'), max: new Date('2099-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

t.test('every day reads back as itself in every zone', async () => {
  const isLeftOut = (date: string, zone: string) => zone === 'Pacific/Apia' && date === '2011-12-30';
  fc.assert(
    fc.property(calendarDay, fc.constantFrom(...zones), fc.constantFrom('date', 'birthday'), (date, zone, type) => {
      fc.pre(!isLeftOut(date, zone));
      return readBack(fieldOf(type), date, zone) === date;
    }),
  );
});

t.test('every moment reads back as the same moment in every zone', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.constantFrom(...zones), (unix, zone) => {
      const text = readBack(moment, unix, zone);
      const isIso = typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d/.test(text);
      return isIso && encode(moment, text, zone)[0]?.value === unix;
    }),
  );
});

t.test('whatever moment of a day is given, the day is what is sent', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.constantFrom(...zones), (unix, zone) => {
      const date = readBack(day, unix, zone);
      return encode(day, unix, zone)[0]?.value === encode(day, date, zone)[0]?.value;
    }),
  );
});
