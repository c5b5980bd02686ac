import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { Clock } from '../clock.ts';
import type { ApiKeyTable, StoredApiKey } from '../config/api-key-table.ts';
import { digestOf } from '../http/digest.ts';
import { type KeyBody, type KeyParams, keyOperation, keySchemas } from '../http/reference/key-operations.ts';
import { accessMessages } from '../messages/access.ts';
import { type Fault, Problem, refuseFaults } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';
import type { AccountAdmin } from './accounts.ts';

export interface KeyRoutesOptions {
  table: ApiKeyTable;
  admin: Pick<AccountAdmin, 'ids'>;
  clock: Pick<Clock, 'wall'>;
}

/** Bits of a new key: nobody guesses it. */
const keyBytes = 32;
/** Misspelt accounts of which the nearest are named. */
const mostNear = 10;

/** The routes that manage callers' keys. A key is shown once, in the answer that makes it. */
export const keyRoutes = fp(
  async (app: FastifyInstance, { table, admin, clock }: KeyRoutesOptions) => {
    const config = (name: Parameters<typeof keyOperation>[0]) => ({
      isAdmin: true,
      document: () => keyOperation(name),
    });

    app.get('/keys', { config: config('list') }, async () => ({ keys: (await table.list()).map(documentOf) }));

    app.post<{ Body: KeyBody }>(
      '/keys',
      { config: config('add'), schema: { body: keySchemas.body } },
      async ({ body: { caller, accounts = null }, headers }, reply) => {
        if (headers['idempotency-key'] !== undefined) {
          throw new Problem('INVALID_REQUEST', accessMessages.noKeyKept);
        }
        await refuseUnknown(accounts ?? []);
        const key = randomBytes(keyBytes).toString('base64url');
        const stored = { id: randomUUID(), caller, accounts, createdAt: clock.wall() };
        await table.add(digestOf(key).toString('hex'), stored);
        const { id, ...rest } = documentOf(stored);
        return reply.code(201).send({ id, key, ...rest });
      },
    );

    app.delete<{ Params: KeyParams }>(
      '/keys/:id',
      { config: config('remove'), schema: { params: keySchemas.params } },
      async ({ params: { id } }, reply) => {
        if (!(await table.remove(id))) throw new Problem('NOT_FOUND', accessMessages.noSuchKey);
        return reply.code(204).send();
      },
    );

    async function refuseUnknown(accounts: readonly string[]): Promise<void> {
      if (accounts.length === 0) return;
      const there = new Set(await admin.ids());
      const faults: Fault[] = [];
      for (const [index, id] of accounts.entries()) {
        if (there.has(id)) continue;
        // Each is compared with all that are there.
        const [near] = faults.length < mostNear ? nearest(id, there) : [];
        const message = accessMessages.noAccountHere(cut(id), near);
        faults.push({ path: ['accounts', index], message, code: 'ACCOUNT_NOT_FOUND' });
      }
      refuseFaults(faults);
    }
  },
  { name: 'key-routes', fastify: '5.x', dependencies: ['auth', 'problems', 'validation', 'json-body'] },
);

function documentOf({ id, caller, accounts, createdAt }: StoredApiKey) {
  return { id, caller, accounts, created_at: new Date(createdAt).toISOString() };
}
