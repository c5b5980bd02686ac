import { Type } from 'typebox';
import type { OfAddress } from '../../amocrm/operation/claim-log.ts';
import type { Doubt } from '../../amocrm/operation/doubt-log.ts';
import { checkOf } from '../../schemas/check.ts';

const doubtRow = checkOf(
  Type.Object({ identity: Type.String(), until: Type.Number(), address: Type.Union([Type.String(), Type.Null()]) }),
);

/** By what an identity is kept: it may be in doubt at several addresses of one account, each by itself. */
export function nameOfDoubt(identity: string, address: string | null): string {
  return address === null ? identity : `${identity} ${address}`;
}

/** A row of the store; an earlier release has kept the identity alone. */
export function readDoubt(row: unknown): Doubt & OfAddress {
  const { identity, ...doubt } = doubtRow.parse(row);
  const end = ` ${doubt.address}`;
  return { ...doubt, identity: identity.endsWith(end) ? identity.slice(0, -end.length) : identity };
}
