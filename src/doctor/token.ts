import { Type } from 'typebox';
import { tokenWords } from '../messages/doctor-account.ts';
import { checkOf } from '../schemas/check.ts';
import { type Finding, fail, ok, warn } from './check.ts';
import type { AccessFacts } from './patient.ts';

const dayMs = 86_400_000;
/** Days before the end of a long-lived token from which on its end is told: somebody has to make a new one by hand. */
export const noticeDays = 30;
/** amoCRM's refresh tokens live three months: https://www.amocrm.ru/developers/content/oauth/oauth */
const refreshDays = 90;
/** A pair is renewed after 22 hours. */
const renewalDays = 2;
/** The right without which none of the steps works. */
const neededScope = 'crm';

const claims = checkOf(
  Type.Object({ exp: Type.Optional(Type.Number()), scopes: Type.Optional(Type.Array(Type.String())) }),
);

/** When access ends unless somebody does something, wall-clock milliseconds; undefined where that is not known. */
export function endOfAccess(access: AccessFacts): number | undefined {
  if (access.kind === 'oauth') return access.issuedAt === undefined ? undefined : access.issuedAt + refreshDays * dayMs;
  const { exp } = claimsOf(access.token) ?? {};
  return exp === undefined ? undefined : exp * 1000;
}

/** Whether the token lasts, and what it may do. `now`: wall-clock milliseconds; `isRefused`: amoCRM has just refused it. */
export function checkToken(access: AccessFacts, now: number, isRefused = false): Finding {
  const end = endOfAccess(access);
  if (access.kind === 'oauth') return checkPair(access.issuedAt, now, isRefused);
  const { scopes } = claimsOf(access.token) ?? {};
  if (end === undefined) return ok(tokenWords.opaque);
  const days = Math.floor((end - now) / dayMs);
  if (days < 0) return fail(tokenWords.ended(dateOf(end)), tokenWords.makeNew);
  if (scopes !== undefined && !scopes.includes(neededScope)) {
    return warn(tokenWords.lacksScope(scopes.join(', '), neededScope), tokenWords.giveScope(neededScope));
  }
  const detail = tokenWords.ends(dateOf(end), days, scopes?.join(', '));
  return days < noticeDays ? warn(detail, tokenWords.makeNew) : ok(detail);
}

function checkPair(issuedAt: number | undefined, now: number, isRefused: boolean): Finding {
  if (issuedAt === undefined) return fail(tokenWords.noPair, tokenWords.openStart);
  if (isRefused) return fail(tokenWords.pairRefused(dateOf(issuedAt)), tokenWords.authorizeAnew);
  const days = Math.floor((now - issuedAt) / dayMs);
  if (days >= refreshDays) return fail(tokenWords.pairEnded(days), tokenWords.authorizeAnew);
  return days >= renewalDays
    ? warn(tokenWords.pairAged(days), tokenWords.seeLog)
    : ok(tokenWords.pairFresh(dateOf(issuedAt)));
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The claims of a JSON Web Token; undefined where it is none. They are not verified: amoCRM does that. */
function claimsOf(token: string | undefined) {
  const [, payload] = token?.split('.') ?? [];
  if (payload === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return claims.accepts(read) ? read : undefined;
  } catch {
    return undefined; // Not every token is such a one.
  }
}
