import type { Fault } from '../../problems/problem.ts';
import type { NameTools } from './directories.ts';
import type { Directory } from './directory.ts';
import { faultsOf, idOf, isFault, type PathOf, type Resolved, resolveName } from './resolve.ts';

/** Names, or ids as digits, by the params that take names. */
export type GivenNames = Readonly<Record<string, string>>;

/**
 * The faults of names that are wrong whatever else is given: a status whose pipeline is not known is wrong only where no
 * pipeline has it. Errors: those of reads, AMOCRM_FORBIDDEN.
 */
export async function judgeNames(tools: NameTools, given: GivenNames, pathOf: PathOf): Promise<Fault[]> {
  const { users, pipelines, lossReasons, taskTypes, catalogs } = tools.directories;
  const judge = <T extends { id: number; name: string }>(key: string, directory: Directory<T>) =>
    resolveName(tools, directory, { name: given[key], id: undefined, key, pathOf });
  const pipeline = await judge('pipeline', pipelines);
  return faultsOf(
    pipeline,
    await judgeStatus(tools, given.status, pipeline, pathOf),
    await judge('responsible_user', users),
    await judge('user', users),
    await judge('loss_reason', lossReasons),
    await judge('task_type', taskTypes),
    await judge('catalog', catalogs),
  );
}

async function judgeStatus(
  tools: NameTools,
  name: string | undefined,
  pipeline: Resolved,
  pathOf: PathOf,
): Promise<Resolved> {
  if (isFault(pipeline)) return undefined;
  const { statuses, allStatuses } = tools.directories;
  const scope = idOf(pipeline);
  const asked = { name, id: undefined, key: 'status', scope, pathOf };
  if (scope !== undefined) return resolveName(tools, statuses, asked);
  // This list is the one that steps use, so it need not be read again.
  if (name === undefined || (await statuses.isAnywhere(name, tools.operation))) return undefined;
  const found = await resolveName(tools, allStatuses, asked);
  return isFault(found) && found.code === 'UNKNOWN_NAME' ? found : undefined;
}
