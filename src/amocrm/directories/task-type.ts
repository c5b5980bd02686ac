import type { NameTools } from './directories.ts';
import { type PathOf, type Resolved, resolveName } from './resolve.ts';

export interface TaskTypeParams {
  task_type?: string;
  task_type_id?: number;
}

/** The kind of a task: its name or code, or an id. Errors: those of reads. */
export function taskTypeOf(tools: NameTools, params: TaskTypeParams, pathOf: PathOf): Promise<Resolved> {
  const { task_type: name, task_type_id: id } = params;
  return resolveName(tools, tools.directories.taskTypes, { name, id, key: 'task_type', pathOf });
}
