import t from 'tap';
import { createIdentityLocks } from '../../../src/amocrm/operation/identity-locks.ts';
import { createLocks } from '../../../src/amocrm/operation/locks.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { createFakeClock, settle } from '../../fixtures/fake-clock.ts';

const locks = createLocks();
const identityLocks = createIdentityLocks();
const person = { asks: [['phone 1']], gives: ['phone 1', 'city'] };
const ways = {
  locks: (operation: ReturnType<typeof startOperation>, work: () => Promise<void>) => locks(['a'], operation, work),
  'identity locks': (operation: ReturnType<typeof startOperation>, work: () => Promise<void>) =>
    identityLocks(person, operation, work),
};

for (const [name, locked] of Object.entries(ways)) {
  t.test(`${name}: whoever holds one takes the turns of all who wait for it, near and far`, async (t) => {
    const clock = createFakeClock();
    const begin = (caller: string) => startOperation(caller, 1000, [], [], clock);
    const [holder, second, third, alien] = [begin('jobs'), begin('jobs'), begin('bot'), begin('alien')];
    const heard: string[] = [];
    holder.patrons?.hear(({ caller }) => heard.push(caller));
    const { promise, resolve } = Promise.withResolvers<void>();
    const works = [locked(holder, () => promise), locked(second, async () => {})];
    t.strictSame(heard, [], 'its own kind');
    works.push(locked(third, async () => {}));
    t.strictSame(heard, ['bot'], 'through the one between them');
    works.push(locked(alien, async () => {}));
    t.strictSame(heard, ['bot', 'alien']);
    resolve();
    await Promise.all(works);
    const late = begin('late');
    second.patrons?.add({ caller: 'late', deadline: late.deadline });
    await settle();
    t.strictSame(heard, ['bot', 'alien'], 'nobody waits any more');
  });
}
