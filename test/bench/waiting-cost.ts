import { runToEnd } from './processes.ts';
import { count, figure, median, times } from './table.ts';

export interface WaitingPlan {
  steps: number;
  rounds: number;
}

const kinds = {
  creates: 'a create in the gate',
  reads: 'a read at the pacer',
  alone: 'the deadline and signal alone, no gate',
};
const few = 100;
const many = 10_000;
const limitMs = 60_000;

/** Whether a step costs more when many wait: the gate alone, in a process of its own, with a clock that never waits. */
export async function measureWaitingCost({ steps, rounds }: WaitingPlan): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [kind, what] of Object.entries(kinds)) {
    const taken: Record<number, number[]> = { [few]: [], [many]: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const waiting of [few, many]) taken[waiting]?.push(await measure(kind, waiting, steps));
    }
    const [withFew, withMany] = [median(taken[few] ?? []), median(taken[many] ?? [])];
    rows.push([
      `CPU of ${what}, ${count(many)} waiting`,
      `${figure(withMany)} µs`,
      `${figure(withFew)} µs: the same with ${count(few)} waiting`,
      `${times(withMany / withFew)} the CPU`,
    ]);
  }
  return rows;
}

async function measure(kind: string, waiting: number, steps: number): Promise<number> {
  const script = 'test/bench/waiting-steps.ts';
  const { result, complaint } = await runToEnd('measured', script, [kind, `${waiting}`, `${steps}`], limitMs);
  if (typeof result !== 'number') throw new Error(`${script} ${kind}: ${complaint}`);
  return result;
}
