import { readFileSync } from 'node:fs';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { type Static, Type } from 'typebox';
import { mapMessages } from '../../messages/fields.ts';
import { jsonReason } from '../../messages/json.ts';
import { inEach, joined, type Message } from '../../messages/message.ts';
import { paramMessages } from '../../messages/params.ts';
import { settingMessages } from '../../messages/settings.ts';
import { checkOf } from '../../schemas/check.ts';
import { inRussian } from '../../schemas/localize.ts';
import { faultOfJson } from '../../text/json-fault.ts';
import { cut, fold, unlessBlank } from '../../text/names.ts';
import { type EntityType, entityTypes } from '../shapes/entities.ts';
import { fieldTypes } from './codec-table.ts';
import type { Field } from './field.ts';

/** One entry of the field map file. Keys that are not named here are allowed, so that richer files work too. */
export const FieldMapEntry = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'The field’s id in amoCRM.' }),
  name: Type.Optional(Type.String({ description: 'The field’s name in amoCRM.' })),
  type: Type.Enum([...fieldTypes], { type: 'string', description: 'The field’s type.' }),
  code: Type.Optional(
    Type.Union([Type.String(), Type.Null()], { description: 'The field’s code, null if it has none.' }),
  ),
  enums: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.Integer({ minimum: 1, description: 'The option’s id.' }),
        value: Type.String({ description: 'The option’s label.' }),
        enum_code: Type.Optional(
          Type.Union([Type.String(), Type.Null()], { description: 'The option’s code, null if it has none.' }),
        ),
      }),
      { description: 'The options of a list field, or the kinds of a phone or e-mail field.' },
    ),
  ),
});
export type FieldMapEntry = Static<typeof FieldMapEntry>;
const fieldMapEntry = checkOf(FieldMapEntry);

export interface FieldMap {
  /** Entries that apply to an entity type unconditionally. */
  own: Record<EntityType, readonly Field[]>;
  /** Entries that apply to leads and companies only where that entity type has a field with that id. */
  ifPresent: readonly Field[];
}

/** A field map that cannot be used. The message is one line with the file, the line or key, and the fault. */
export class FieldMapError extends Error {
  override readonly name = 'FieldMapError';
  /** The message, and in Russian. */
  readonly text: Message;
  /** The same without the file. */
  readonly fault: Message;

  constructor(path: string, fault: Message, options: ErrorOptions = {}) {
    const text = settingMessages.ofFieldMap(path, fault);
    super(text.en, options);
    this.text = text;
    this.fault = fault;
  }
}

/** Reads the field map file. The default path may be missing, the file empty. Throws FieldMapError. */
export function loadFieldMap({ path, required }: { path: string; required: boolean }): FieldMap {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!required && error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyMap();
    throw new FieldMapError(path, mapMessages.unreadable, { cause: error });
  }
  // Windows editors may start a file with a byte order mark, which is not JSON.
  return parseFieldMap(text.replace(/^\uFEFF/, ''), path);
}

/** Parses a field map; `path` is for messages. Throws FieldMapError. */
export function parseFieldMap(text: string, path: string): FieldMap {
  const fault = (where: Message, message: Message) => new FieldMapError(path, joined([where, message], ': '));
  const document = text.trim() === '' ? {} : parseJson(text, fault);
  if (!isRecord(document)) throw fault(mapMessages.file, mapMessages.objectDue(show(document)));
  const nested = Object.entries(document).some(
    ([key, value]) => isEntityType(key) && isRecord(value) && typeof value.id !== 'number',
  );
  if (!nested) {
    const flat = readEntries(document, '', fault);
    return { own: { contacts: flat, leads: [], companies: [] }, ifPresent: flat };
  }
  const map = emptyMap();
  for (const [key, entries] of Object.entries(document)) {
    if (!isEntityType(key)) throw fault(mapMessages.key(key), mapMessages.oneOf(entityTypes.join(', ')));
    if (!isRecord(entries)) throw fault(mapMessages.key(key), mapMessages.objectDue(show(entries)));
    map.own[key] = readEntries(entries, `${key}.`, fault);
  }
  return map;
}

type MakeFault = (where: Message, message: Message) => FieldMapError;

function readEntries(entries: Record<string, unknown>, prefix: string, fault: MakeFault): Field[] {
  const seen = new Map<string, string>();
  return Object.entries(entries).map(([alias, entry]) => {
    if (!fieldMapEntry.accepts(entry)) {
      const { at, message } = describeFault(entry);
      throw fault(mapMessages.key(`${prefix}${alias}${at.replaceAll('/', '.')}`), message);
    }
    const folded = fold(alias);
    const twin = seen.get(folded);
    if (twin !== undefined) throw fault(mapMessages.key(prefix + alias), mapMessages.twin(twin));
    seen.set(folded, alias);
    return toField(alias, entry);
  });
}

function toField(alias: string, entry: FieldMapEntry): Field {
  const options = (entry.enums ?? []).map(({ id, value, enum_code }) => ({ id, value, code: enum_code ?? null }));
  return { alias, id: entry.id, code: unlessBlank(entry.code), name: entry.name ?? alias, type: entry.type, options };
}

function parseJson(text: string, fault: MakeFault): unknown {
  const { line, reason = '' } = faultOfJson(text) ?? {};
  if (line !== undefined) throw fault(mapMessages.line(line), mapMessages.notJson(jsonReason(reason)));
  return JSON.parse(text);
}

/** What is missing or wrong in the entry, with the value and what would be right. */
function describeFault(entry: unknown): { at: string; message: Message } {
  const errors = fieldMapEntry.faults(entry);
  const at = errors[0]?.instancePath ?? '';
  const branches = errors.filter(({ instancePath, keyword }) => instancePath === at && keyword !== 'anyOf');
  const missing = branches.flatMap(({ keyword, params }) => (keyword === 'required' ? [params.missingProperty] : []));
  if (missing.length > 0) {
    return { at, message: mapMessages.missing(missing.join(', '), show(valueAt(entry, at))) };
  }
  const expected = inEach((language) => branches.map((error) => wordsFor(error)[language]).join(orWords[language]));
  return { at, message: mapMessages.expected(expected, show(valueAt(entry, at))) };
}

const orWords: Message = { en: ' or ', ru: ' или ' };

function wordsFor({ keyword, params, message = '', ...error }: ErrorObject): Message {
  if (keyword === 'enum') return paramMessages.mustBeOneOf(params.allowedValues.join(', '));
  return { en: message, ru: inRussian({ ...error, keyword, params, message }) };
}

function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys.reduce((at: unknown, key) => Object(at)[key.replaceAll('~1', '/').replaceAll('~0', '~')], value);
}

function show(value: unknown): string {
  return cut(JSON.stringify(value) ?? String(value));
}

function emptyMap(): FieldMap {
  return { own: { contacts: [], leads: [], companies: [] }, ifPresent: [] };
}

function isEntityType(key: string): key is EntityType {
  return entityTypes.some((type) => type === key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
