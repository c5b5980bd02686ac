import t from 'tap';
import { parseRetryAfter } from '../../../src/amocrm/client/retry-after.ts';

const now = Date.parse('2026-12-01T10:00:00Z');
const cases: [string | null, number | undefined][] = [
  [null, undefined],
  ['2', 2],
  [' 30 ', 30],
  ['0', 0],
  ['-5', undefined],
  ['soon', undefined],
  ['', undefined],
  ['999999999', 999_999_999],
  ['Tue, 01 Dec 2026 10:00:07 GMT', 7],
  ['Tue, 01 Dec 2026 09:00:00 GMT', 0],
];

t.test('Retry-After is read in seconds, as a date, or not at all', async (t) => {
  for (const [header, seconds] of cases) t.equal(parseRetryAfter(header, now), seconds, String(header));
});
