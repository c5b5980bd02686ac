import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { AddressBook } from '../../jobs/address-book.ts';
import { checkOf } from '../../schemas/check.ts';
import type { GroupCommit } from './group-commit.ts';

const idRow = checkOf(Type.Object({ amocrm_id: Type.Integer() }));

/** The table of addresses; the function gives the part of one account. */
export function createAddressTable(
  database: DatabaseSync,
  { commit }: Pick<GroupCommit, 'commit'>,
): (account: string) => AddressBook {
  const find = database.prepare('SELECT amocrm_id FROM addresses WHERE account = ? AND address = ?');
  const put = database.prepare('INSERT OR REPLACE INTO addresses VALUES (?, ?, ?)');
  return (account) => ({
    async find(address) {
      const row = find.get(account, address);
      return row === undefined ? undefined : idRow.parse(row).amocrm_id;
    },
    put: (address, amocrmId) => commit(() => void put.run(account, address, amocrmId)),
  });
}
