import type { Claim } from '../amocrm/operation/claim-log.ts';
import type { WriteRecord } from '../amocrm/operation/write-log.ts';
import type { KeyName, WriteChange } from './key-store.ts';
import { readAnswer, readBefore, readBody, type WriteRow } from './rows.ts';

/** A write: how many steps were executed before its own, its name, and its position among that name. */
export interface Entry {
  step: number;
  name: string;
  /** undefined while it has certainly not been sent. */
  write: WriteRecord | undefined;
  /** Ids that its answer names, until they are on disk with it. */
  claims: Claim[];
}

export function placeOf({ step, name }: Pick<Entry, 'step' | 'name'>): string {
  return `${step} ${name}`;
}

/** Unique among all writes of all keys. */
export function idOf({ caller, key }: KeyName, { step, name }: Entry): string {
  return JSON.stringify([caller, key, step, name]);
}

export function readEntry(row: WriteRow): Entry & { write: WriteRecord } {
  const { step, name, method, collection, body, before, sent_at, ended_at, answer } = row;
  const write = {
    method,
    collection,
    body: readBody(body),
    ...(before === null ? {} : { before: readBefore(before) }),
    sentAt: sent_at,
    endedAt: ended_at,
    ...(answer === null ? {} : { answer: readAnswer(answer) }),
  };
  return { step, name, write, claims: [] };
}

export function rowOf({ step, name, write }: Entry): WriteChange {
  if (write === undefined) return { step, name, row: undefined };
  const { method, collection, body, before, sentAt, endedAt, answer } = write;
  const row = {
    method,
    collection,
    body: JSON.stringify(body),
    before: before === undefined ? null : JSON.stringify(before),
    sent_at: Math.floor(sentAt),
    ended_at: Math.ceil(endedAt),
    answer: answer === undefined ? null : JSON.stringify(answer),
  };
  return { step, name, row };
}
