import { Type } from 'typebox';
import type { Callback } from '../../jobs/callbacks/callback-store.ts';
import { checkOf } from '../../schemas/check.ts';
import { callbackPlace } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';

const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const callbackRow = checkOf(
  Type.Object({
    caller: Type.String(),
    url: Type.String(),
    secret_enc: Type.String(),
    old_secret_enc: TextOrNull,
    old_until: NumberOrNull,
    changed_at: Type.Number(),
    off_at: NumberOrNull,
  }),
);

/** `sealed`: its secret as it stands there. */
export function readCallback(row: unknown, box: SecretBox): { callback: Callback; sealed: string } {
  const { caller, url, secret_enc, old_secret_enc, old_until, changed_at, off_at } = callbackRow.parse(row);
  const old =
    old_secret_enc === null || old_until === null
      ? undefined
      : { secret: box.open(old_secret_enc, callbackPlace('old_secret_enc', caller)), until: old_until };
  const secret = box.open(secret_enc, callbackPlace('secret_enc', caller));
  return {
    callback: { caller, url, secret, old, changedAt: changed_at, offAt: off_at ?? undefined },
    sealed: secret_enc,
  };
}
