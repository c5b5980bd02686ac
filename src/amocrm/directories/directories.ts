import type { Timing } from '../../clock.ts';
import type { Message } from '../../messages/message.ts';
import { nameMessages, nameWords } from '../../messages/names.ts';
import { cut, fold } from '../../text/names.ts';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { createDirectory, type Directory, type DirectoryOptions } from './directory.ts';
import { loadPipelines, lost, type Pipeline, type Status, statusesOf, unsorted, won } from './pipelines.ts';
import {
  type Catalog,
  type LossReason,
  loadCatalogs,
  loadLossReasons,
  loadTaskTypes,
  type TaskType,
} from './plain-lists.ts';
import { isActive, loadUsers, type User } from './users.ts';

/** The lists by which names become ids. */
export interface Directories {
  pipelines: Directory<Pipeline>;
  /** Looked up within a pipeline, whose id is the scope. */
  statuses: Directory<Status>;
  /** The same without regard to pipelines. */
  allStatuses: Directory<Status>;
  users: Directory<User>;
  taskTypes: Directory<TaskType>;
  lossReasons: Directory<LossReason>;
  catalogs: Directory<Catalog>;
}

/** What looking names up needs from the service layer, for one operation. */
export interface NameTools {
  directories: Directories;
  operation: Operation;
}

export interface DirectoriesOptions {
  gate: Gate;
  ttlMs: number;
  deadlineMs: number;
  /** Monotonic milliseconds. */
  clock: Timing;
}

/** Names that a message lists at most beside the nearest ones. */
const listed = 20;
/** Codes for kinds of tasks that every account has, whatever it calls them. */
const taskTypeCodes: Record<number, string> = { 1: 'call', 2: 'meeting' };
const stageCodes: Record<number, string> = { [won]: 'won', [lost]: 'lost' };

/** The directories of one account. Each list is read when a name of it is first needed. */
export function createDirectories({ gate, ...times }: DirectoriesOptions): Directories {
  const shared = {
    ...times,
    listed,
    known: [],
    refusedAt: gate.refusedAt,
    idOf: ({ id }: { id: number }) => id,
    isSame: (a: { id: number }, b: { id: number }) => a.id === b.id,
    spellings: ({ name }: { name: string }) => [name],
  } satisfies Partial<DirectoryOptions<{ id: number; name: string }>>;
  const name = (thing: { name: string }) => thing.name;

  return {
    pipelines: createDirectory<Pipeline>({
      ...shared,
      load: (operation) => loadPipelines(gate, operation),
      // An archived one is found where no other has the name, but it is not offered.
      spellings: (pipeline) => (isLive(pipeline) ? [pipeline.name] : []),
      namings: [(pipeline) => (isLive(pipeline) ? pipeline.name : undefined), name],
      words: nameWords.pipelines,
    }),
    statuses: createDirectory<Status>({
      ...shared,
      load: async (operation) => statusesOf(await loadPipelines(gate, operation)),
      scopeOf: ({ pipeline }) => pipeline.id,
      // A lead can stand in «Неразобранное», but it cannot be put there.
      spellings: (status) => (status.type === unsorted ? [] : [status.name]),
      namings: [name, ({ id }) => stageCodes[id]],
      words: nameWords.statuses,
      wordsIn: ([{ pipeline }]) => ({
        ...nameWords.statuses,
        unknown: nameMessages.pipelineHasNo(cut(pipeline.name)),
      }),
      explain: elsewhere,
    }),
    allStatuses: createDirectory<Status>({
      ...shared,
      load: async (operation) => statusesOf(await loadPipelines(gate, operation)),
      namings: [({ pipeline, name }) => (isLive(pipeline) ? name : undefined), ({ id }) => stageCodes[id], name],
      spellings: ({ pipeline, name }) => (isLive(pipeline) ? [name] : []),
      words: nameWords.allStatuses,
      describe: ({ pipeline, id }) => `${id} ("${cut(pipeline.name)}")`,
    }),
    users: createDirectory<User>({
      ...shared,
      load: (operation) => loadUsers(gate, operation),
      spellings: (user) => (isActive(user) ? [user.name] : []),
      namings: [
        (user) => (isActive(user) ? user.email : undefined),
        (user) => (isActive(user) ? user.name : undefined),
      ],
      words: nameWords.users,
      explain: (key, users) => (users.some((user) => isNamed(user, key)) ? nameMessages.inactiveUser : undefined),
    }),
    taskTypes: createDirectory<TaskType>({
      ...shared,
      load: (operation) => loadTaskTypes(gate, operation),
      namings: [name, ({ code }) => code, ({ id }) => taskTypeCodes[id]],
      words: nameWords.taskTypes,
    }),
    lossReasons: createDirectory<LossReason>({
      ...shared,
      load: (operation) => loadLossReasons(gate, operation),
      namings: [name],
      words: nameWords.lossReasons,
    }),
    catalogs: createDirectory<Catalog>({
      ...shared,
      load: (operation) => loadCatalogs(gate, operation),
      namings: [name],
      words: nameWords.catalogs,
    }),
  };
}

function isLive({ is_archive }: Pipeline): boolean {
  return is_archive !== true;
}

/** Where the status is, if another pipeline has it: nothing is guessed. */
function elsewhere(key: string, statuses: readonly Status[]): Message | undefined {
  const homes = statuses
    .filter(({ name, pipeline }) => isLive(pipeline) && fold(name) === fold(key))
    .map(({ pipeline }) => `"${cut(pipeline.name)}"`);
  return homes.length === 0 ? undefined : nameMessages.elsewhere(homes.slice(0, listed).join(', '));
}

function isNamed({ name, email }: User, key: string): boolean {
  return [name, email ?? ''].some((spelling) => fold(spelling) === fold(key));
}
