import t from 'tap';
import { emptyState } from '../../../src/amocrm/contact-directory/directory-state.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { createModelAccount } from './model-account.ts';
import { wholeProgram } from './model-program.ts';
import { memoryIndex } from './model-service.ts';
import { isPaced, startScanning } from './scan-service.ts';

const program = await wholeProgram();

t.test('a fill takes half of the limit at most, and tells how far it is', async (t) => {
  const clock = createFakeClock();
  const account = createModelAccount(clock, () => 40);
  for (let id = 1; id <= 20_500; id += 1)
    account.contacts.set(id, { id, phones: [`${id}`], createdAt: 1, updatedAt: 1 });
  const service = startScanning(program, { clock, account, index: memoryIndex(program), pageSize: 250 });
  t.teardown(service.stop);
  t.equal(service.scanned(), 0);
  const filled = service.fill();
  await service.until(() => service.scanned() > 5_000);
  t.equal(service.status().contacts, service.scanned());
  await filled;
  t.equal(service.scanned(), 0, 'nothing is under way any more');
  const told = service.scans.map(({ kind, event, contacts }) => [kind, event, Math.floor(contacts / 10_000)]);
  t.strictSame(told, [
    ['fill', 'begun', 0],
    ['fill', 'progress', 1],
    ['fill', 'progress', 2],
    ['fill', 'finished', 2],
  ]);
  t.equal(service.scans.at(-1)?.contacts, 20_500);
  const pages = service.calls.filter(({ query }) => query.startsWith('order[id]=asc')).map(({ at }) => at);
  t.ok(isPaced(pages, 2), `${pages}`);
});

t.test('what an index says counts once it is checked; one that is found to be damaged is filled again', async (t) => {
  for (const isDamaged of [false, true]) {
    const clock = createFakeClock();
    const account = createModelAccount(clock, () => 40);
    account.add(['79000000001']);
    const index = memoryIndex(program);
    let parts = 40;
    const checked = {
      ...index,
      renew: () => void index.save(emptyState),
      check() {
        parts -= 1;
        if (parts === 0 && isDamaged) throw new Error('damaged');
        return parts < 0;
      },
    };
    const lost: unknown[] = [];
    const service = startScanning(program, {
      clock,
      account,
      index: checked,
      onLost: (cause) => void lost.push(cause),
    });
    t.teardown(service.stop);
    index.save({ ...index.state(), isComplete: true, caughtUpAt: account.seconds(), scannedAt: account.seconds() });
    t.strictSame(await service.crowdFind('79000000001'), new Set([101]));
    t.ok(parts > 0, 'not checked yet');
    t.equal(service.status().isComplete, false);
    t.ok(
      service.calls.some(({ query }) => query.startsWith('query=')),
      'it was searched for',
    );
    await service.until(() => service.status().isComplete);
    t.ok(parts < 0);
    t.match(lost, isDamaged ? [{ message: 'damaged' }] : []);
    t.equal(service.scans.length > 0, isDamaged);
  }
});
