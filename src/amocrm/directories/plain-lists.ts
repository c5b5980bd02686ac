import { type Static, Type } from 'typebox';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { readPages, wholePages } from '../reads/pages.ts';
import { listReader } from '../shapes/entities.ts';

const maybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));

const TaskType = Type.Object({ id: Type.Integer(), name: Type.String(), code: maybeText });
export type TaskType = Static<typeof TaskType>;

const LossReason = Type.Object({ id: Type.Integer(), name: Type.String() });
export type LossReason = Static<typeof LossReason>;

const Catalog = Type.Object({ id: Type.Integer(), name: Type.String() });
export type Catalog = Static<typeof Catalog>;

const readTaskTypes = listReader(TaskType);
const readCatalogs = listReader(Catalog);
const readLossReasons = listReader(LossReason);

/** The kinds of tasks. Errors: those of reads. Source: developers' reference, account (`with=task_types`). */
export async function loadTaskTypes(gate: Gate, operation: Operation): Promise<TaskType[]> {
  return readTaskTypes(await gate.read('account', [['with', 'task_types']], operation), 'task_types');
}

/** Why leads are lost. Errors: those of reads. Source: developers' reference, leads (`GET /api/v4/leads/loss_reasons`). */
export async function loadLossReasons(gate: Gate, operation: Operation): Promise<LossReason[]> {
  const answer = await gate.read('leads/loss_reasons', [], operation);
  return answer === undefined ? [] : readLossReasons(answer, 'loss_reasons');
}

/**
 * The account's own lists, all pages. Errors: those of reads. Source: developers' reference, catalogs (`GET
 * /api/v4/catalogs`).
 */
export async function loadCatalogs(gate: Gate, operation: Operation): Promise<Catalog[]> {
  const catalogs: Catalog[] = [];
  for await (const page of readPages(gate.read, 'catalogs', [wholePages], operation)) {
    catalogs.push(...readCatalogs(page, 'catalogs'));
  }
  return catalogs;
}
