import t from 'tap';
import { createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { conformAccountStore } from '../account-store-conformance.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else conformAccountStore(t, (_t, now) => reopener(url, { now }));
