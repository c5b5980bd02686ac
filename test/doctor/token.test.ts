import t from 'tap';
import { checkToken, endOfAccess } from '../../src/doctor/token.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-26T12:00:00Z');

function tokenOf(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.signature`;
}
const longLived = (claims: unknown) => ({ kind: 'long-lived', token: tokenOf(claims) }) as const;
const endsIn = (days: number, scopes = ['crm', 'notifications']) =>
  longLived({ exp: (now + days * day) / 1000, scopes });

t.test('a long-lived token tells when it ends, and 30 days before it is a warning', async (t) => {
  t.match(checkToken(endsIn(31), now), {
    status: 'ok',
    detail: { en: /until 2026-12-27, 31 more days; it may use crm, notifications/ },
  });
  t.match(checkToken(endsIn(29.5), now), { status: 'warn', action: { ru: /новый долгосрочный токен/ } });
  t.match(checkToken(endsIn(-0.1), now), { status: 'fail', detail: { en: /ended on 2026-11-26/ } });
  t.equal(endOfAccess(endsIn(31)), now + 31 * day);
});

t.test('a token without the right to work with the CRM is a warning', async (t) => {
  t.match(checkToken(endsIn(300, ['files']), now), { status: 'warn', detail: { en: /files, but not crm/ } });
  t.match(checkToken(endsIn(300, []), now), { status: 'warn', detail: { ru: /никаких/ } });
});

t.test('what does not tell is no fault', async (t) => {
  for (const token of [undefined, 'opaque', 'a.b.c', tokenOf('text'), tokenOf({ exp: 'soon' }), tokenOf({})]) {
    const access = { kind: 'long-lived', token } as const;
    t.match(checkToken(access, now), { status: 'ok' }, String(token));
    t.equal(endOfAccess(access), undefined, String(token));
  }
});

t.test('a pair of OAuth is renewed each day', async (t) => {
  const issued = (daysAgo: number) => ({ kind: 'oauth', issuedAt: now - daysAgo * day }) as const;
  t.equal(checkToken(issued(1), now).status, 'ok');
  t.match(checkToken(issued(3), now), { status: 'warn', detail: { en: /3 days ago/ } });
  t.equal(checkToken(issued(91), now).status, 'fail');
  t.equal(checkToken({ kind: 'oauth', issuedAt: undefined }, now).status, 'fail');
  t.equal(endOfAccess(issued(1)), now + 89 * day);
  t.equal(endOfAccess({ kind: 'oauth', issuedAt: undefined }), undefined);
});
