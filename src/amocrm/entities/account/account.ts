import { type Static, Type } from 'typebox';
import type { Gate } from '../../gate.ts';
import type { Operation } from '../../operation/operation.ts';
import type { ReadOptions } from '../../reads/read.ts';
import { reader } from '../../shapes/hal.ts';

export const Account = Type.Object(
  {
    id: Type.Integer({ description: 'The account’s id.' }),
    name: Type.String({ description: 'The account’s name.' }),
    subdomain: Type.String({ description: 'The account’s subdomain.' }),
  },
  { description: 'The amoCRM account behind this service.' },
);
export type Account = Static<typeof Account>;

const readAccountBody = reader(Account, 'an account');
const readSettings = reader(
  Type.Object({
    _embedded: Type.Object({
      datetime_settings: Type.Object({ timezone: Type.String(), timezone_offset: Type.Optional(Type.String()) }),
    }),
  }),
  'an account with datetime_settings',
);

/** Reads the account. Errors: those of reads. Source: developers' reference, account (`GET /api/v4/account`). */
export async function readAccount(
  gate: Pick<Gate, 'read'>,
  operation: Operation,
  options?: ReadOptions,
): Promise<Account> {
  const { id, name, subdomain } = readAccountBody(await gate.read('account', [], operation, options));
  return { id, name, subdomain };
}

/**
 * The account's time zone: an IANA name, or its offset from UTC where this Node.js does not know the name. Errors:
 * those of reads. Source: developers' reference, account (`with=datetime_settings`).
 */
export async function readTimeZone(gate: Gate, operation: Operation): Promise<string> {
  const answer = readSettings(await gate.read('account', [['with', 'datetime_settings']], operation));
  const { timezone, timezone_offset } = answer._embedded.datetime_settings;
  return isTimeZone(timezone) ? timezone : (timezone_offset ?? 'UTC');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
