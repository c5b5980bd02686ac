import fc from 'fast-check';
import { history } from './model-history.ts';
import { emptyTally, play, type Tally } from './model-play.ts';
import type { Program } from './model-service.ts';

export interface ModelRun {
  runs: number;
  seed: number;
  tally: Tally;
  /** What is wrong and the history in which it is; undefined where all is right. */
  fault: string | undefined;
}

/** Plays random histories until one goes wrong. */
export async function runModel(program: Program, runs: number, seed = Date.now() | 0): Promise<ModelRun> {
  const tally = emptyTally();
  const property = fc.asyncProperty(history, async (given) => {
    const faults = await play(program, given, tally);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  const details = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  const fault = details.failed
    ? `${details.errorInstance}, seed ${details.seed}, history ${JSON.stringify(details.counterexample)}`
    : undefined;
  return { runs: details.numRuns, seed: details.seed, tally, fault };
}
