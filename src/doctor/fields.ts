import { type Field, hasKinds } from '../amocrm/fields/field.ts';
import type { FieldMap } from '../amocrm/fields/field-map.ts';
import type { EntityType } from '../amocrm/shapes/entities.ts';
import { fieldWords } from '../messages/doctor-account.ts';
import { cut, fold } from '../text/names.ts';
import { type Finding, fail, ok, warn } from './check.ts';

/** The fields that amoCRM has, and whether all of them have been read. */
export interface Known {
  fields: readonly Field[];
  isComplete: boolean;
}

export type KnownFields = ReadonlyMap<EntityType, Known>;

const shownEntries = 10;

/** Entity types whose fields the map speaks of. */
export function mappedTypes({ own }: FieldMap): EntityType[] {
  const types: EntityType[] = ['contacts', 'leads', 'companies'];
  return types.filter((type) => own[type].length > 0);
}

/** Whether each entry of the field map is there, with its type and its options. */
export function checkFieldMap({ own }: FieldMap, known: KnownFields): Finding {
  const entries = [...known].flatMap(([type, has]) => own[type].map((entry) => ({ type, entry, has })));
  if (entries.length === 0) return ok(fieldWords.noMap);
  const lost = entries.flatMap(({ type, entry, has }) => faultOf(entry, `${type}.${entry.alias}`, has));
  if (lost.length > 0) return fail(fieldWords.wrong(listed(lost)), fieldWords.mendMap);
  const options = entries.flatMap(({ type, entry, has }) => lostOptions(entry, `${type}.${entry.alias}`, has));
  if (options.length > 0) return warn(fieldWords.noOptions(listed(options)), fieldWords.mendMap);
  return ok(fieldWords.mapRight(entries.length));
}

/** Whether contacts can be found by `telegram_id`. */
export function checkTelegramId({ own }: FieldMap, known: KnownFields): Finding {
  const contacts = known.get('contacts');
  const isIt = (name: string | null | undefined) => name !== null && name !== undefined && fold(name) === 'telegram_id';
  if (own.contacts.some(({ alias, code }) => isIt(alias) || isIt(code))) return ok(fieldWords.telegramMapped);
  if (contacts?.fields.some(({ name, code }) => isIt(name) || isIt(code)) === true) return ok(fieldWords.telegramThere);
  return warn(fieldWords.noTelegram, fieldWords.addTelegram);
}

function faultOf(entry: Field, name: string, { fields, isComplete }: Known): string[] {
  if (entry.id === undefined) return [];
  const field = fields.find(({ id }) => id === entry.id);
  if (field === undefined) return isComplete ? [`${name} (${entry.id})`] : [];
  const isSame = field.type === entry.type || (hasKinds(field) && hasKinds(entry));
  return isSame ? [] : [`${name} (${entry.id}: ${entry.type} → ${field.type})`];
}

function lostOptions(entry: Field, name: string, { fields }: Known): string[] {
  const field = fields.find(({ id }) => id === entry.id);
  if (field === undefined || hasKinds(entry)) return [];
  const labels = new Map(field.options.map(({ id, value }) => [id, fold(value)]));
  return entry.options
    .filter(({ id, value }) => labels.get(id) !== fold(value))
    .map(({ id, value }) => `${name}: ${cut(value)} (${id})`);
}

function listed(names: readonly string[]): string {
  const rest = names.length - shownEntries;
  return [...names.slice(0, shownEntries), ...(rest > 0 ? [`+${rest}`] : [])].join(', ');
}
