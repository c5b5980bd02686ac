import { type Fault, refuseFaults } from '../../problems/problem.ts';
import type { Amo } from '../amo.ts';
import { faultsOf, ownPath, type PathOf, setIds } from '../directories/resolve.ts';
import { type ResponsibleUser, responsibleUserOf } from '../directories/responsible-user.ts';
import { type EncodedField, encodeFields, type FieldInput } from '../fields/encode.ts';
import { addFields } from '../fields/written-fields.ts';
import type { EntityType } from '../shapes/entities.ts';
import { type Draft, embed, setAttributes } from '../writes/draft.ts';

/** What new entities of several types take. */
export interface NewEntity extends ResponsibleUser {
  phone?: string;
  email?: string;
  website?: string;
  tags?: string[];
  custom_fields?: Record<string, unknown>;
}

/** A new entity, ready to be sent unless there are faults. */
export interface Prepared {
  draft: Draft;
  encoded: EncodedField[];
  faults: Fault[];
}

interface HowPrepared<K extends string> {
  /** Attributes whose names are the same for the caller and amoCRM. */
  plain: readonly K[];
  pathOf?: PathOf;
  /** Fields that follow from other params. */
  implied?: readonly FieldInput[];
}

/** Puts a new entity into amoCRM's form: looks up the names of custom fields, options and users. Errors: those of reads. */
export async function prepareCreate<K extends string>(
  amo: Amo,
  entityType: EntityType,
  params: NewEntity & Partial<Record<K, unknown>>,
  { plain, pathOf = ownPath, implied = [] }: HowPrepared<K>,
): Promise<Prepared> {
  const draft: Draft = { body: {}, origins: [] };
  setAttributes(draft, params, plain, pathOf);
  // amoCRM creates tags whose names it does not know.
  const tags = params.tags ?? [];
  embed(
    draft,
    'tags',
    tags.map((name, index) => ({ item: { name }, path: [...pathOf('tags'), index] })),
  );
  const [{ encoded, faults }, responsible_user_id] = await Promise.all([
    encodeFields(amo, entityType, [...implied, ...fieldInputs(params, pathOf)], { clear: false }),
    responsibleUserOf(amo, params, pathOf),
  ]);
  setIds(draft, { responsible_user_id });
  addFields(draft, encoded);
  return { draft, encoded, faults: [...faultsOf(responsible_user_id), ...faults] };
}

/** The prepared entity; throws the failure made of its faults. */
export function ready(prepared: Prepared): Prepared {
  refuseFaults(prepared.faults);
  return prepared;
}

function fieldInputs({ phone, email, website, custom_fields = {} }: NewEntity, pathOf: PathOf): FieldInput[] {
  const shortCuts = Object.entries({ phone, email, website }).filter(([, value]) => value !== undefined);
  const place = pathOf('custom_fields');
  return [
    ...shortCuts.map(([key, value]) => ({ path: pathOf(key), key, value })),
    ...Object.keys(custom_fields).map((key) => ({ path: [...place, key], key, value: custom_fields[key] })),
  ];
}
