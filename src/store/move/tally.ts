import { createHash } from 'node:crypto';
import type { Row } from './tables.ts';

const modulus = 2n ** 256n;

export type Tally = ReturnType<typeof createTally>;

/** Counts rows and sums up their hashes: the same for the same rows, in whatever order a store gives them. */
export function createTally() {
  let count = 0;
  let sum = 0n;
  return {
    add(rows: readonly Row[]): void {
      count += rows.length;
      for (const row of rows) {
        const hash = createHash('sha256').update(JSON.stringify(row)).digest('hex');
        sum = (sum + BigInt(`0x${hash}`)) % modulus;
      }
    },
    count: () => count,
    digest: () => `${count}:${sum.toString(16)}`,
  };
}
