import type { Amo } from '../../amo.ts';
import { CustomField } from '../../shapes/custom-fields.ts';
import { listReader, type ParentType } from '../../shapes/entities.ts';
import { readWholeList } from '../list.ts';

const read = listReader(CustomField);

/** All custom fields of an entity type. Errors: those of reads. Source: developers' reference, custom fields. */
export async function listCustomFields(amo: Amo, entity_type: ParentType) {
  const source = { path: `${entity_type}/custom_fields`, list: 'custom_fields', read };
  return { ...(await readWholeList(amo, source, [['limit', '250']])), entity_type };
}
