import { Problem, problemOfFaults } from './problem.ts';

/** Returns all results, or throws one failure with the faults of all, each fault once. */
export async function allOrFaults<T extends readonly unknown[]>(
  parts: readonly [...{ [K in keyof T]: Promise<T[K]> | T[K] }],
) {
  const failures = (await Promise.allSettled(parts)).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const faults = failures.flatMap((reason) => (reason instanceof Problem ? reason.faults : []));
  const told = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  const [first, ...rest] = told.values();
  const areFaults = failures.every((reason) => reason instanceof Problem && reason.faults.length > 0);
  if (first !== undefined && areFaults) throw problemOfFaults([first, ...rest]);
  return Promise.all(parts);
}
