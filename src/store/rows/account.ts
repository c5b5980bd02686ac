import { Type } from 'typebox';
import { AccountAccess, type AccountRecord } from '../../config/account-settings.ts';
import { checkOf } from '../../schemas/check.ts';
import { accessColumn } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';

const accountRow = checkOf(
  Type.Object({
    id: Type.String(),
    base_url: Type.String(),
    access_enc: Type.String(),
    field_map: Type.String(),
    rate_limit: Type.Integer(),
    batch_size: Type.Integer(),
    /** SQLite has numbers for it. */
    disabled: Type.Union([Type.Boolean(), Type.Integer()]),
  }),
);
const namingRow = checkOf(Type.Object({ account: Type.String() }));
const accountAccess = checkOf(AccountAccess);
const fieldMapOf = checkOf(Type.Record(Type.String(), Type.Unknown()));

/** The account that a row names. */
export function readNamedAccount(row: unknown): string {
  return namingRow.parse(row).account;
}

export function readAccount(row: unknown, box: SecretBox): AccountRecord {
  const { id, base_url, access_enc, field_map, rate_limit, batch_size, disabled } = accountRow.parse(row);
  return {
    id,
    baseUrl: base_url,
    access: accountAccess.parse(JSON.parse(box.open(access_enc, { ...accessColumn, account: id }))),
    fieldMap: fieldMapOf.parse(JSON.parse(field_map)),
    rateLimit: rate_limit,
    batchSize: batch_size,
    isDisabled: Boolean(disabled),
  };
}
