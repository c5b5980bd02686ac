import t from 'tap';
import { createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { conformKeyStore } from '../key-store-conformance.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  conformKeyStore(t, (_t, now) => {
    const open = reopener(url, { now });
    return async () => {
      const { own, others, expire, close } = await open();
      return { keys: own.keys, others: others.keys, expire, close };
    };
  });
}
