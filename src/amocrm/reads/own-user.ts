import { Type } from 'typebox';
import type { Operation } from '../operation/operation.ts';
import { reader } from '../shapes/hal.ts';
import type { ReadPage } from './pages.ts';

const readUser = reader(Type.Object({ current_user_id: Type.Integer() }), 'an account with current_user_id');

/**
 * The id of the user that the token belongs to: the creator of what the integration writes. Source: developers'
 * reference, account (`GET /api/v4/account`).
 */
export async function readUserId(read: ReadPage, operation: Operation): Promise<number> {
  return readUser(await read('account', [], operation)).current_user_id;
}
