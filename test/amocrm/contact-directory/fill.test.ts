import t from 'tap';
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
