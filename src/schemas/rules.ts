import type { Fault } from '../problems/problem.ts';

/** A rule for params that a schema cannot tell, and that needs nothing of amoCRM: it is judged before anything is sent. */
export interface Rule {
  /** The params that it reads. Where one of them is not known yet, or is not valid, the rule is left out. */
  reads: readonly string[];
  /** The faults; paths begin at the params. */
  judge(params: unknown): readonly Fault[];
}

/** A rule; `judge` is given the params that it reads, and no others. */
export function ruleOf<T extends object>(
  reads: readonly (keyof T & string)[],
  judge: (params: T) => readonly Fault[],
): Rule {
  return {
    reads,
    // The schema has just been checked.
    judge: (params) => judge(Object.fromEntries(reads.map((name) => [name, Object(params)[name]])) as T),
  };
}
