import { type Static, Type } from 'typebox';
import { breakerStates } from '../amocrm/pace/breaker.ts';
import { accountStates } from '../messages/commands.ts';
import type { Message } from '../messages/message.ts';

/** What is read of an account that `GET /accounts` lists. */
export const ListedAccount = Type.Object({
  id: Type.String(),
  base_url: Type.String(),
  disabled: Type.Boolean(),
  access: Type.Object({ kind: Type.String() }),
  token_expires_at: Type.Union([Type.String(), Type.Null()]),
  breaker: Type.Union([Type.Enum([...breakerStates]), Type.Null()]),
  open_jobs: Type.Integer(),
  owner: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

/** Whether an account works, as far as the service that was asked knows. */
export function stateOf(account: Static<typeof ListedAccount>): Message {
  const { disabled, access, token_expires_at, breaker, owner } = account;
  if (disabled) return accountStates.disabled;
  if (access.kind === 'oauth' && token_expires_at === null) return accountStates.noTokens;
  if (breaker !== null) return accountStates[breaker];
  // Another replica may have it, and it alone knows the breaker.
  return typeof owner === 'string' ? accountStates.atReplica(owner) : accountStates.notOpen;
}
