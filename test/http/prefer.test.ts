import t from 'tap';
import { readPreference, warningsOfPreference } from '../../src/http/prefer.ts';

t.test('preferences are read as RFC 7240 has them', async (t) => {
  const none = { respondAsync: false, wait: 0 };
  const cases: [string | string[] | undefined, object][] = [
    [undefined, none],
    ['', none],
    ['return=minimal', none],
    ['respond-async', { respondAsync: true, wait: 0 }],
    ['Respond-Async, WAIT=10', { respondAsync: true, wait: 10 }],
    ['wait=25,respond-async', { respondAsync: true, wait: 25 }],
    ['respond-async; x=1 , wait = "7"; y', { respondAsync: true, wait: 7 }],
    ['wait=1, wait=2', { respondAsync: false, wait: 1 }],
    ['a="respond-async, wait=9", b', none],
    ['a="\\", respond-async', none],
    ['respond-async=', { respondAsync: true, wait: 0 }],
    ['xrespond-async', none],
    [['respond-async', 'wait=3'], { respondAsync: true, wait: 3 }],
  ];
  for (const [header, preference] of cases) t.strictSame(readPreference(header), preference, String(header));
});

t.test('what was probably meant to be respond-async is told', async (t) => {
  for (const header of ['respond_async', 'wait=5, Respond-Asynch', 'respondAsync', ['a=1', 'x-respond-async']]) {
    const [warning] = warningsOfPreference(header);
    t.match(warning?.en, /is not known here and was ignored; did you mean respond-async\?/, String(header));
    t.match(warning?.ru, /неизвестно и не учтено; возможно, вы имели в виду respond-async\?/);
  }
  for (const header of [
    undefined,
    '',
    'respond-async',
    'return=minimal',
    'wait=3',
    'x="respond_async"',
    'handling=strict',
    'depth-noroot',
  ]) {
    t.strictSame(warningsOfPreference(header), [], String(header));
  }
});

t.test('a time that is not kept to is refused', async (t) => {
  for (const wait of ['26', '100', '-1', '1.5', 'x', '']) {
    t.throws(() => readPreference(`wait=${wait}`), { code: 'INVALID_REQUEST' }, wait);
  }
});

t.test('a long header takes time in proportion to its length', async (t) => {
  for (const piece of ['"', '\\"', ',', ' ', '=', ';', 'a="', ' = ', '" ']) {
    t.equal(readPreference(piece.repeat(16_000 / piece.length)).respondAsync, false, piece);
  }
});
