import { Type } from 'typebox';
import { unlessBlank } from '../../text/names.ts';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { type ReadPage, readPages, wholePages } from '../reads/pages.ts';
import { type EntityType, itemReader, listReader } from '../shapes/entities.ts';
import { nextQuery } from '../shapes/hal.ts';
import type { Field } from './field.ts';

const maybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const readFields = listReader(
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    type: Type.String(),
    code: maybeText,
    enums: Type.Optional(Type.Union([Type.Array(Type.Unknown()), Type.Null()])),
  }),
);
const readOptions = itemReader(Type.Object({ id: Type.Integer(), value: Type.String(), code: maybeText }));

/**
 * Reads all custom fields of an entity type, all pages. Errors: those of reads. Source: developers' reference, custom
 * fields (`GET /api/v4/{entity_type}/custom_fields`).
 */
export async function discover(gate: Gate, entityType: EntityType, operation: Operation): Promise<Field[]> {
  const fields: Field[] = [];
  for await (const page of fieldPages(gate.read, entityType, operation)) fields.push(...page.fields);
  return fields;
}

/** The same a page at a time, each read when it is asked for; `hasMore`: amoCRM offers a further one. */
export async function* fieldPages(
  read: ReadPage,
  entityType: EntityType,
  operation: Operation,
): AsyncGenerator<{ fields: Field[]; hasMore: boolean }> {
  for await (const page of readPages(read, `${entityType}/custom_fields`, [wholePages], operation)) {
    yield { fields: readFields(page, 'custom_fields').map(toField), hasMore: nextQuery(page) !== undefined };
  }
}

function toField({ id, name, type, code, enums }: ReturnType<typeof readFields>[number]): Field {
  const options = readOptions(enums ?? []).map((option) => ({
    id: option.id,
    value: option.value,
    code: option.code ?? null,
  }));
  return { id, name, type, code: unlessBlank(code), options };
}
