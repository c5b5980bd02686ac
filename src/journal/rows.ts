import { type Static, type TSchema, Type } from 'typebox';
import { writeMethods } from '../amocrm/operation/write-log.ts';
import { Checkpoint } from '../scenarios/checkpoint.ts';
import { checkOf } from '../schemas/check.ts';
import { parseJson } from '../text/parse-json.ts';

const Text = Type.String();
const Json = Type.Record(Type.String(), Type.Unknown());

const KeyRow = Type.Object({
  fingerprint: Text,
  checkpoint: Text,
  response: Type.Union([Text, Type.Null()]),
  changed_at: Type.Number(),
  /** The address of the account when the request began to write; null in keys of an earlier release. */
  address: Type.Union([Text, Type.Null()]),
});
const WriteRow = Type.Object({
  caller: Text,
  key: Text,
  step: Type.Integer(),
  name: Text,
  method: Type.Enum([...writeMethods]),
  collection: Text,
  body: Text,
  before: Type.Union([Text, Type.Null()]),
  sent_at: Type.Number(),
  ended_at: Type.Number(),
  answer: Type.Union([Text, Type.Null()]),
});
const Body = Type.Intersect([
  Json,
  Type.Object({ _embedded: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Unknown()))) }),
]);
const Answer = Type.Intersect([Json, Type.Object({ id: Type.Union([Type.Integer(), Type.String()]) })]);

/** Rows of the database, validated once. Each function throws when a row is not what was written. */
export const readKeyRow = narrow(KeyRow, 'key');
export const readWriteRow = narrow(WriteRow, 'write');
export const readBody = parse(Body, 'body');
export const readBefore = parse(Type.Array(Type.Integer()), 'list of ids');
export const readAnswer = parse(Answer, 'answer');
export const readCheckpoint = parse(Checkpoint, 'checkpoint');

export type KeyRow = Static<typeof KeyRow>;
export type WriteRow = Static<typeof WriteRow>;

function narrow<T extends TSchema>(schema: T, what: string): (value: unknown) => Static<T> {
  const validator = checkOf(schema);
  return (value) => {
    if (validator.accepts(value)) return value;
    throw new Error(`The journal holds a ${what} that is none`);
  };
}

function parse<T extends TSchema>(schema: T, what: string): (text: string) => Static<T> {
  const read = narrow(schema, what);
  return (text) => read(parseJson(text));
}
