import { Type } from 'typebox';
import { With } from '../../../schemas/list-params.ts';
import type { Amo } from '../../amo.ts';
import { reader } from '../../shapes/hal.ts';
import { withParts } from '../list.ts';
import { Account } from './account.ts';

/** What amoCRM adds to the account. */
export const accountParts = With(
  'amojo_id',
  'amojo_rights',
  'users_groups',
  'task_types',
  'version',
  'entity_names',
  'datetime_settings',
  'drive_url',
  'is_api_filter_enabled',
  'invoices_settings',
);

export const ReadAccount = Type.Object(
  {
    ...Account.properties,
    current_user_id: Type.Optional(Type.Integer({ description: 'The user that the token belongs to.' })),
    country: Type.Optional(Type.String({ description: 'The country.' })),
    currency: Type.Optional(Type.String({ description: 'The currency of budgets.' })),
  },
  { additionalProperties: true, title: 'Account', description: 'The account as amoCRM has it.' },
);

const readAccount = reader(ReadAccount, 'an account');

/** The account. Errors: those of reads. Source: developers' reference, account (`GET /api/v4/account`). */
export async function getAccount(amo: Amo, { with: parts = [] }: { with?: readonly string[] }) {
  return { account: readAccount(await amo.gate.read('account', withParts(parts), amo.operation)) };
}
