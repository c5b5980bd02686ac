import Fastify from 'fastify';
import t from 'tap';
import { Elsewhere } from '../../src/cluster/elsewhere.ts';
import { wherever } from '../../src/http/wherever.ts';
import { ownershipMessages } from '../../src/messages/ownership.ts';

/** A route of an account whose work finds it elsewhere at first; the number of times that it was done. */
async function open(
  passOn: (reply: { send(body: string): unknown }, here: () => Promise<boolean>) => Promise<unknown>,
) {
  let works = 0;
  const app = Fastify();
  app.decorate(
    'passOn',
    async (_account: string, _request: unknown, reply: { send(body: string): unknown }, here: () => Promise<boolean>) =>
      passOn(reply, here),
  );
  app.get('/', (_request, reply) =>
    wherever(app, 'studio', reply, async () => {
      works += 1;
      if (works === 1) throw new Elsewhere(ownershipMessages.elsewhere);
      return 'ours';
    }),
  );
  const { body } = await app.inject('/');
  return { body, works };
}

t.test('what another replica has answered is not done here once more', async (t) => {
  t.strictSame(await open(async (reply) => reply.send('theirs')), { body: 'theirs', works: 1 });
});

t.test('where the account is here by now it is done here', async (t) => {
  t.strictSame(await open(async (_reply, here) => void (await here())), { body: 'ours', works: 2 });
});
