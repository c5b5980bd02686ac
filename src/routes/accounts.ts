import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { FieldMapError, parseFieldMap } from '../amocrm/fields/field-map.ts';
import type { BreakerState } from '../amocrm/pace/breaker.ts';
import { type AccountRecord, judgeAccess } from '../config/account-settings.ts';
import { judgeAccountUrl } from '../config/addresses.ts';
import type { Asked } from '../http/asked.ts';
import {
  type AccountBody,
  type AccountParams,
  accountOperation,
  accountSchemas,
  type RemoveQuery,
} from '../http/reference/account-operations.ts';
import { wherever } from '../http/wherever.ts';
import { accessMessages } from '../messages/access.ts';
import { jobMessages } from '../messages/jobs.ts';
import type { Message } from '../messages/message.ts';
import { type Fault, Problem, refuseFaults } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';

/** An account with what is known of it now. */
export interface AccountState {
  record: AccountRecord;
  /** When its OAuth access token expires, wall-clock milliseconds. */
  expiresAt: number | undefined;
  openJobs: number;
  /** Undefined where it is not open. */
  breaker: BreakerState | undefined;
  waiting: number;
  /** The address of the replica that has it, null where none has; undefined where there is but one process. */
  owner: string | null | undefined;
}

/** What is done with accounts. */
export interface AccountAdmin {
  list(): Promise<AccountState[]>;
  show(id: string): Promise<AccountState | undefined>;
  ids(): Promise<string[]>;
  /** Whether it is new. Throws INVALID_REQUEST, and Elsewhere where another replica has it. */
  put(record: AccountRecord, asked: Asked): Promise<boolean>;
  /** False where there is none. Throws ACCOUNT_IN_USE, and Elsewhere where another replica has it. */
  remove(id: string, options: { force: boolean; asked: Asked }): Promise<boolean>;
  /** Rejects when the store cannot be read. */
  check(): Promise<void>;
}

export interface AccountsRouteOptions {
  admin: AccountAdmin;
  /** Believes no longer what was known of callers’ keys for an account. */
  forgetKeys(account: string): void;
  hosts: readonly string[];
  defaults: { rateLimit: number; batchSize: number };
}

/** The routes that manage accounts. No answer holds a secret. */
export const accountRoutes = fp(
  async (app: FastifyInstance, { admin, forgetKeys, hosts, defaults }: AccountsRouteOptions) => {
    const config = (name: Parameters<typeof accountOperation>[0]) => ({
      isAdmin: true,
      document: () => accountOperation(name),
    });

    async function shown(id: string) {
      const state = await admin.show(id);
      if (state === undefined) throw await noAccount(id);
      return documentOf(state);
    }

    async function noAccount(id: string) {
      const [near] = nearest(id, await admin.ids());
      return new Problem('ACCOUNT_NOT_FOUND', accessMessages.noAccount(cut(id), near));
    }

    app.get('/accounts', { config: config('list') }, async () => ({ accounts: (await admin.list()).map(documentOf) }));

    app.get<{ Params: AccountParams }>(
      '/accounts/:id',
      { config: config('get'), schema: { params: accountSchemas.params } },
      async ({ params }) => shown(params.id),
    );

    app.put<{ Params: AccountParams; Body: AccountBody }>(
      '/accounts/:id',
      { config: config('put'), schema: { params: accountSchemas.params, body: accountSchemas.body } },
      async ({ params: { id }, body, asked }, reply) => {
        const record = readRecord(id, body, { hosts, defaults });
        return wherever(app, id, reply, async () => {
          const isNew = await admin.put(record, asked);
          reply.code(isNew ? 201 : 200);
          return shown(id);
        });
      },
    );

    app.delete<{ Params: AccountParams; Querystring: RemoveQuery }>(
      '/accounts/:id',
      { config: config('remove'), schema: { params: accountSchemas.params, querystring: accountSchemas.query } },
      async ({ params: { id }, query: { force }, asked }, reply) => {
        const work = async () => {
          const isGone = await admin.remove(id, { force: force === 'true', asked });
          if (!isGone) throw await noAccount(id);
          reply.code(204);
        };
        return wherever(app, id, reply, work).finally(() => forgetKeys(id));
      },
    );
  },
  { name: 'account-routes', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

function readRecord(
  id: string,
  { base_url, access, field_map = {}, rate_limit, batch_size, disabled = false }: AccountBody,
  { hosts, defaults }: Pick<AccountsRouteOptions, 'hosts' | 'defaults'>,
): AccountRecord {
  const judged = judgeAccountUrl(base_url, hosts);
  const judgedAccess = judgeAccess(access);
  const faults: Fault[] =
    'fault' in judged ? [{ path: ['base_url'], message: judged.fault, code: 'INVALID_REQUEST' }] : [];
  for (const { name, message } of 'faults' in judgedAccess ? judgedAccess.faults : []) {
    faults.push({ path: name === undefined ? ['access'] : ['access', name], message, code: 'INVALID_REQUEST' });
  }
  const inMap = faultOfFieldMap(field_map);
  if (inMap !== undefined) faults.push({ path: ['field_map'], message: inMap, code: 'INVALID_REQUEST' });
  refuseFaults(faults);
  if ('fault' in judged || 'faults' in judgedAccess) throw new Problem('INTERNAL_ERROR', jobMessages.untoldFault);
  return {
    id,
    baseUrl: judged.origin,
    access: judgedAccess.access,
    fieldMap: field_map,
    rateLimit: rate_limit ?? defaults.rateLimit,
    batchSize: batch_size ?? defaults.batchSize,
    isDisabled: disabled,
  };
}

function faultOfFieldMap(map: Record<string, unknown>): Message | undefined {
  try {
    parseFieldMap(JSON.stringify(map), '');
    return undefined;
  } catch (error) {
    if (!(error instanceof FieldMapError)) throw error;
    return error.fault;
  }
}

function documentOf({ record, expiresAt, openJobs, breaker, waiting, owner }: AccountState) {
  const { id, baseUrl, access, fieldMap, rateLimit, batchSize, isDisabled } = record;
  return {
    id,
    base_url: baseUrl,
    access: 'client_id' in access ? { kind: 'oauth', client_id: access.client_id } : { kind: 'long-lived' },
    field_map: fieldMap,
    rate_limit: rateLimit,
    batch_size: batchSize,
    disabled: isDisabled,
    breaker: breaker ?? null,
    token_expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    waiting,
    open_jobs: openJobs,
    ...(owner === undefined ? {} : { owner }),
  };
}
