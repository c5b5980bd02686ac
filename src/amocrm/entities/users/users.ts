import { type Static, Type } from 'typebox';
import { problemOfFaults } from '../../../problems/problem.ts';
import { paging, With } from '../../../schemas/list-params.ts';
import type { Amo } from '../../amo.ts';
import { demandId, resolveName } from '../../directories/resolve.ts';
import { listReader } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { User } from '../../shapes/users.ts';
import { readList } from '../list.ts';
import { missingEntity } from '../references.ts';

/** Source: developers' reference, users. amoCRM documents neither filters nor orders of this list. */
export const userListParams = {
  ...paging,
  with: With('role', 'group', 'uuid', 'amojo_id', 'user_rank', 'phone_number'),
};
const UserListParams = Type.Object(userListParams);

const readUser = reader(User, 'a user');
const readUsers = listReader(User);

/** A page of users. Errors: AMOCRM_FORBIDDEN for all but administrators' own integrations, those of reads. */
export function listUsers(amo: Amo, params: Static<typeof UserListParams>) {
  return readList(amo, { path: 'users', list: 'users', read: readUsers }, params);
}

/** A user by name, e-mail or id. Errors: those of names, ENTITY_NOT_FOUND, those of `listUsers`. */
export async function getUser(amo: Amo, { user: name, user_id }: { user?: string; user_id?: number }) {
  const given = { name, id: user_id, key: 'user' };
  const { id, path } = demandId(await resolveName(amo, amo.directories.users, given));
  const answer = await amo.gate.read(`users/${id}`, [], amo.operation, { mayBeAbsent: true });
  if (answer === undefined) throw problemOfFaults([missingEntity('users', id, path)]);
  return { user: readUser(answer) };
}
