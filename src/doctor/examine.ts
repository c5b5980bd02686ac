import { readAccount } from '../amocrm/entities/account/account.ts';
import { fieldPages } from '../amocrm/fields/discover.ts';
import type { Field } from '../amocrm/fields/field.ts';
import { type Operation, startOperation } from '../amocrm/operation/operation.ts';
import type { ReadPage } from '../amocrm/reads/pages.ts';
import type { EntityType } from '../amocrm/shapes/entities.ts';
import type { Clock } from '../clock.ts';
import { accountWords } from '../messages/doctor.ts';
import { webhookWords } from '../messages/doctor-account.ts';
import { asProblem } from '../problems/problem.ts';
import { type Check, type CheckId, type Finding, ok } from './check.ts';
import { checkClock } from './clock.ts';
import { checkDirectory } from './directory.ts';
import { failed } from './failed.ts';
import { checkFieldMap, checkTelegramId, type Known, mappedTypes } from './fields.ts';
import { checkLimit } from './limit.ts';
import type { Patient } from './patient.ts';
import { checkToken } from './token.ts';
import { checkWebhooks } from './webhooks.ts';

/** Pages of fields of an entity type at most: with the account and the webhooks at most eight calls. */
const fieldPagesAtMost = 2;

export interface ExamineOptions {
  clock: Pick<Clock, 'now' | 'wall' | 'after'>;
  /** Milliseconds for all of it. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
}

/** Looks at one account: at most eight calls to amoCRM, as background work. Never rejects. */
export async function examine(patient: Patient, { clock, deadlineMs, shutdown }: ExamineOptions): Promise<Check[]> {
  const operation = startOperation('doctor', deadlineMs, [shutdown], [], clock);
  const read: ReadPage = (path, query, given) => patient.gate.read(path, query, given, { background: true });
  let isRefused = false;
  async function check(id: CheckId, find: () => Finding | Promise<Finding>): Promise<Check> {
    try {
      return { id, ...(await find()) };
    } catch (error) {
      isRefused ||= asProblem(error).code === 'AMOCRM_UNAUTHORIZED';
      return { id, ...failed(error, patient.access().kind) };
    }
  }
  try {
    const account = await check('account', () => checkAccount(read, operation));
    const unseen: Finding = { status: 'warn', detail: isRefused ? accountWords.noAccess : accountWords.unseen };
    const known =
      account.status === 'ok'
        ? await readFields(read, patient, operation).catch((error: unknown) => failed(error))
        : unseen;
    const about = (find: (fields: ReadonlyMap<EntityType, Known>) => Finding) => () =>
      known instanceof Map ? find(known) : known;
    const { fieldMap } = patient;
    return [
      account,
      await check('token', () => checkToken(patient.access(), clock.wall(), isRefused)),
      await check(
        'field_map',
        about((fields) => checkFieldMap(fieldMap, fields)),
      ),
      await check(
        'telegram_id',
        about((fields) => checkTelegramId(fieldMap, fields)),
      ),
      await check('webhooks', () => (account.status === 'ok' ? askWebhooks(read, operation) : unseen)),
      await check('clock', () =>
        account.status === 'ok' ? checkClock(clock.wall(), patient.gate.serverTime()) : unseen,
      ),
      await check('limit', () => checkLimit(patient.refusals())),
      await check('directory', () => checkDirectory(patient.directory())),
    ];
  } finally {
    operation.end();
  }
}

async function checkAccount(read: ReadPage, operation: Operation): Promise<Finding> {
  const { name, subdomain } = await readAccount({ read }, operation);
  return ok(accountWords.answers(name, subdomain));
}

async function askWebhooks(read: ReadPage, operation: Operation): Promise<Finding> {
  try {
    return checkWebhooks(await read('webhooks', [], operation));
  } catch (error) {
    // Only an administrator's token reads them, and nothing of the service needs them.
    if (asProblem(error).code === 'AMOCRM_FORBIDDEN') return ok(webhookWords.notAllowed);
    throw error;
  }
}

/** The fields of contacts, and of what else the field map speaks of. */
async function readFields(read: ReadPage, { fieldMap }: Patient, operation: Operation) {
  const types = new Set<EntityType>(['contacts', ...mappedTypes(fieldMap)]);
  const known = new Map<EntityType, Known>();
  for (const type of types) known.set(type, await readSome(read, type, operation));
  return known;
}

async function readSome(read: ReadPage, type: EntityType, operation: Operation): Promise<Known> {
  const fields: Field[] = [];
  let pages = 0;
  for await (const page of fieldPages(read, type, operation)) {
    fields.push(...page.fields);
    pages += 1;
    if (pages === fieldPagesAtMost) return { fields, isComplete: !page.hasMore };
  }
  return { fields, isComplete: true };
}
