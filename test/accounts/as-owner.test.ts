import t from 'tap';
import { createAsOwner } from '../../src/accounts/as-owner.ts';
import { Elsewhere } from '../../src/cluster/elsewhere.ts';
import { ofItself } from '../../src/http/asked.ts';
import { ownershipMessages } from '../../src/messages/ownership.ts';

t.test('what was done with an account counts, also where it cannot be let go afterwards', async (t) => {
  const away = new Elsewhere(ownershipMessages.noLease);
  const errors: unknown[] = [];
  const lease = {
    epoch: 3,
    version: 1,
    restMs: 0,
    addedAfter: 5,
    refusal: () => undefined,
    release: () => Promise.reject(away),
  };
  const asOwner = createAsOwner({
    registry: {
      inTurn: (_, work) => work({ find: async () => undefined, end: async () => {}, handOver: async () => undefined }),
    },
    ownership: { take: async () => lease },
    table: {
      find: async (id) => ({
        id,
        baseUrl: 'https://studio.amocrm.ru',
        access: { access_token: 'token' },
        fieldMap: {},
        rateLimit: 7,
        batchSize: 50,
        isDisabled: false,
      }),
    },
    onError: (error) => errors.push(error),
  });
  t.equal(await asOwner('studio', ofItself, ({ end }) => end()), 3);
  t.same(errors, [away]);
  await t.rejects(
    asOwner('studio', ofItself, () => Promise.reject(new Error('not done'))),
    /not done/,
  );
  const late = { deletionsSeen: 4, at: performance.now() - 1001, by: 'unbound' } as const;
  await t.rejects(
    asOwner('studio', late, async () => t.fail('it was asked of the account before')),
    { code: 'OVERLOADED' },
  );
});
