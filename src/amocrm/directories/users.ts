import { type Static, Type } from 'typebox';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { readPages, wholePages } from '../reads/pages.ts';
import { listReader } from '../shapes/entities.ts';

const User = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  email: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  rights: Type.Optional(Type.Object({ is_active: Type.Optional(Type.Boolean()) })),
});
export type User = Static<typeof User>;

const readUsers = listReader(User);

/**
 * All users of the account, all pages. Errors: those of reads; AMOCRM_FORBIDDEN without an administrator's token or
 * for an external integration. Source: developers' reference, users (`GET /api/v4/users`).
 */
export async function loadUsers(gate: Gate, operation: Operation): Promise<User[]> {
  const users: User[] = [];
  for await (const page of readPages(gate.read, 'users', [wholePages], operation)) {
    users.push(...readUsers(page, 'users'));
  }
  return users;
}

export function isActive({ rights }: User): boolean {
  return rights?.is_active !== false;
}
