import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { type Answer, json, noContent } from '../http/answer.ts';
import type { Parsed } from '../http/read-body.ts';
import { CUSTOMERS, ROLES } from '../options.ts';
import { askAs } from '../somebody.ts';
import { lift, reset, type World } from '../world.ts';
import { ACTION_SHAPES, FaultRuleBody, ForeignWriteBody, ruleFrom } from './fault-body.ts';
import { stateOf } from './state.ts';

/** Routes for whoever drives a sandbox in another process. They need no token and are neither limited nor logged. */
const ROUTES: Record<string, (world: World, search: URLSearchParams, body: Parsed) => Answer | Promise<Answer>> = {
  'GET /_sandbox/state': (world) => json(200, stateOf(world)),
  'GET /_sandbox/requests': ({ log }, search) =>
    json(200, { next: log.total, requests: log.since(Number(search.get('since') ?? 0) || 0) }),
  'PUT /_sandbox/settings': ({ settings }, _, body) =>
    json(200, Object.assign(settings, checked(acceptSettings, body))),
  'POST /_sandbox/faults': ({ faults }, _, body) => {
    faults.add(ruleFrom(checked(acceptRule, body)));
    return noContent();
  },
  'DELETE /_sandbox/faults': ({ faults }) => {
    faults.clear();
    return noContent();
  },
  'POST /_sandbox/release': async ({ waiting }) => json(200, { released: await waiting.release() }),
  'POST /_sandbox/somebody': (world, _, body) => askAs(world, checked(acceptWrite, body)),
  'POST /_sandbox/lift': (world) => {
    lift(world);
    return noContent();
  },
  'POST /_sandbox/reset': (world) => {
    reset(world);
    return noContent();
  },
  'POST /_sandbox/oauth/code': ({ tokens }) => {
    const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = tokens;
    return json(200, { code: tokens.authCode(), client_id, client_secret, redirect_uri });
  },
  'POST /_sandbox/oauth/revoke': ({ tokens }, _, body) => {
    if (checked(acceptRevocation, body).what === 'access') tokens.revokeAccess();
    else tokens.revokeAll();
    return noContent();
  },
};

const Count = Type.Optional(Type.Integer({ minimum: 0 }));
const acceptSettings = Compile(
  Type.Object(
    {
      rateLimit: Count,
      accountRateLimit: Count,
      banAfter: Count,
      tooManyBody: Type.Optional(Type.Enum(['html', 'json'])),
      filterAddon: Type.Optional(Type.Boolean()),
      query: Type.Optional(Type.Enum(['digits', 'literal'])),
      searchLagMs: Count,
      unknownLinks: Type.Optional(Type.Enum(['refuse', 'accept'])),
      longTexts: Type.Optional(Type.Enum(['refuse', 'accept'])),
      unknownPhone: Type.Optional(Type.Enum(['refuse', 'report'])),
      secondCompany: Type.Optional(Type.Enum(['refuse', 'replace'])),
      complexKeeps: Type.Optional(Type.Enum(['everything', 'less'])),
      absent: Type.Optional(Type.Enum(['empty', 'missing'])),
      unlinkNothing: Type.Optional(Type.Enum(['refuse', 'accept'])),
      refreshEndsAccess: Type.Optional(Type.Boolean()),
      role: Type.Optional(Type.Enum([...ROLES])),
      customers: Type.Optional(Type.Enum([...CUSTOMERS])),
      forbidden: Type.Optional(Type.Enum(['json', 'html'])),
      latencyMs: Count,
      perItemMs: Count,
      clockAheadS: Type.Optional(Type.Integer()),
      banned: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
);
const acceptRevocation = Compile(Type.Object({ what: Type.Enum(['access', 'all']) }, { additionalProperties: false }));
const acceptWrite = Compile(ForeignWriteBody);
const acceptRule = Compile(FaultRuleBody);

export async function control(world: World, route: string, search: URLSearchParams, body: Parsed): Promise<Answer> {
  const handler = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  if (handler === undefined) {
    return json(404, { error: `no such route: ${route}`, routes: Object.keys(ROUTES) });
  }
  try {
    return await handler(world, search, body);
  } catch (error) {
    if (error instanceof InvalidBody) return json(400, { error: error.message });
    throw error;
  }
}

class InvalidBody extends Error {}

interface Validator<T> {
  Check(value: unknown): value is T;
  Errors(value: unknown): { instancePath: string; message: string }[];
}

function checked<T>(validator: Validator<T>, body: Parsed): T {
  if ('broken' in body) throw new InvalidBody('the body is not valid JSON');
  const { value } = body;
  if (validator.Check(value)) return value;
  throw new InvalidBody([...new Set(validator.Errors(value).map(sentence))].join('; '));
}

function sentence({ instancePath, message }: { instancePath: string; message: string }): string {
  return instancePath.startsWith('/action') ? ACTION_SHAPES : `${instancePath.slice(1) || 'body'} ${message}`;
}
