import { Type } from 'typebox';
import type { AddressBook } from '../../jobs/address-book.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';
import { change, type Fence } from './fence.ts';

const idRow = checkOf(Type.Object({ amocrm_id: Type.Integer() }));

const put =
  'put AS (INSERT INTO addresses SELECT $1, $3::text, $4::bigint FROM lease ' +
  'ON CONFLICT (account, address) DO UPDATE SET amocrm_id = excluded.amocrm_id)';

/** The addresses of one account. */
export function createAddressBook(database: Database, fence: Fence): AddressBook {
  return {
    async find(address) {
      const text = 'SELECT amocrm_id FROM addresses WHERE account = $1 AND address = $2';
      const [row] = await database.query(text, [fence[0], address]);
      return row === undefined ? undefined : idRow.parse(row).amocrm_id;
    },
    put: (address, amocrmId) => change(database, fence, put, [address, amocrmId]),
  };
}
