import { createHash } from 'node:crypto';
import t from 'tap';
import { fingerprintOf } from '../../src/journal/fingerprint.ts';

t.test('the order of keys does not count, and everything else does', async (t) => {
  const print = (body: unknown) => fingerprintOf('/steps/x', body);
  t.equal(print({ a: 1, b: { c: [1, 2], d: null } }), print({ b: { d: null, c: [1, 2] }, a: 1 }));
  t.equal(print({ 10: 1, 9: 2, a: 0 }), print({ a: 0, 9: 2, 10: 1 }));
  const different = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: { 0: 1 } }, { a: null }, {}, [], '', null];
  t.equal(new Set(different.map(print)).size, different.length);
  t.not(print({}), fingerprintOf('/steps/y', {}));
});

t.test('fingerprints of an earlier release still count', async (t) => {
  const text =
    '{"":1,"9":2,"10":1,"4294967294":2,"-1":0,"01":3,"4294967295":1,"__proto":5,"b":[1.5,0,1e21,"\\u2028\\ud800",null,true,{},[]],"я":"Иван \\"x\\""}';
  t.equal(fingerprintOf('/steps/x', JSON.parse(text)), earlierPrint('/steps/x', JSON.parse(text)));
});

/** As the first release made them. */
function earlierPrint(route: string, body: unknown): string {
  const sorted = JSON.stringify(body, (_key, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(`${route}\n${sorted}`).digest('hex');
}
