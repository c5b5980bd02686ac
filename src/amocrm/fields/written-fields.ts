import type { FieldValue, FieldValues } from '../shapes/entities.ts';
import type { Draft } from '../writes/draft.ts';
import type { EncodedField } from './encode.ts';
import { type Field, referTo } from './field.ts';

/** Adds encoded fields to a draft. */
export function addFields(draft: Draft, encoded: readonly EncodedField[]): void {
  if (encoded.length === 0) return;
  draft.body.custom_fields_values = encoded.map(({ field, values }) => ({ ...referTo(field), values }));
  for (const [index, { input, places }] of encoded.entries()) {
    const at = `custom_fields_values.${index}`;
    draft.origins.push({ at, path: input.path });
    if (!Array.isArray(input.value)) continue;
    for (const [value, place] of (places ?? [...input.value.keys()]).entries()) {
      draft.origins.push({ at: `${at}.values.${value}`, path: [...input.path, place] });
    }
  }
}

/** Encoded fields in the form in which amoCRM returns them. */
export function asRead(encoded: readonly EncodedField[]): FieldValues[] {
  return encoded.flatMap(({ field, values }) => {
    if (values === null) return [];
    const type = field.type === 'multiphonemail' ? 'multitext' : field.type;
    const head = { ...(field.id === undefined ? {} : { field_id: field.id }), field_code: field.code };
    return [{ ...head, field_name: field.name, field_type: type, values: values.map((value) => label(value, field)) }];
  });
}

function label(value: FieldValue, { options }: Field): FieldValue {
  const option = options.find(({ id }) => id === value.enum_id);
  return option === undefined || value.value !== undefined ? value : { ...value, value: option.value };
}
