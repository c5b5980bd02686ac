import t from 'tap';
import { openAccount, startDirectory } from '../../fixtures/directory-service.ts';
import { plantContact } from '../../fixtures/records.ts';

const idReads = (requests: readonly { query: string }[]) =>
  requests.filter(({ query }) => decodeURIComponent(query).includes('filter[id]')).length;

t.test(
  'a value that many hold is read once for all who look for it, and for nobody at the cost of others',
  async (t) => {
    const sandbox = await openAccount(t);
    const shared = '+7 999 999-99-99';
    for (let index = 0; index < 240; index += 1) plantContact(sandbox, { phones: [shared] });
    const own = Array.from({ length: 20 }, (_, index) =>
      plantContact(sandbox, { phones: [`+7 901 000-00-${String(index).padStart(2, '0')}`] }),
    );
    const service = await startDirectory(t, sandbox);
    await service.filled();
    const before = sandbox.requests.length;
    const find = (phone: string) => service.step('amocrm_find_contact', { phone });
    const equal = Array.from({ length: 100 }, () => find(shared));
    const others = own.map((_, index) => find(`+7 901 000-00-${String(index).padStart(2, '0')}`));
    t.strictSame(
      (await Promise.all(others)).map(({ result, code }) => code ?? result.contact?.id),
      own,
    );
    t.ok((await Promise.all(equal)).every(({ result }) => result.count === 240));
    const reads = idReads(sandbox.requests.slice(before));
    t.ok(reads > 0 && reads <= 4, `${reads} reads by id`);
  },
);
