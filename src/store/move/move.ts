import { storeMessages } from '../../messages/store.ts';
import { StoreError } from '../store-error.ts';
import type { KeptBreaker, MoveEnd } from './end.ts';
import { type MovedTable, movedTables } from './tables.ts';
import { createTally, type Tally } from './tally.ts';

/**
 * Copies all that one store keeps into another, empty one, reads it back there and compares, and commits it at the end.
 * `onMoved` is told each table and its number of rows. Throws StoreError.
 */
export async function move(
  source: MoveEnd,
  target: MoveEnd,
  onMoved: (table: string, rows: number) => void = () => {},
): Promise<void> {
  await target.requireEmpty();
  for (const table of movedTables) onMoved(table.name, await moveTable(table, source, target));
  onMoved('breakers', await moveBreakers(source, target));
  await target.commit();
}

async function moveTable(table: MovedTable, source: MoveEnd, target: MoveEnd): Promise<number> {
  const [sent, kept] = [createTally(), createTally()];
  for await (const rows of source.read(table)) {
    await target.write(table, rows);
    sent.add(rows);
  }
  for await (const rows of target.read(table)) kept.add(rows);
  return agreed(table.name, sent, kept);
}

async function moveBreakers(source: MoveEnd, target: MoveEnd): Promise<number> {
  const [sent, kept] = [createTally(), createTally()];
  const breakers = await source.breakers();
  await target.keepBreakers(breakers);
  sent.add(breakers.map(cellsOf));
  kept.add((await target.breakers()).map(cellsOf));
  return agreed('breakers', sent, kept);
}

function cellsOf({ id, isListed, address, state, probeAt }: KeptBreaker) {
  return [id, isListed, address, state, probeAt];
}

function agreed(name: string, sent: Tally, kept: Tally): number {
  if (sent.digest() === kept.digest()) return sent.count();
  throw new StoreError(storeMessages.notTheSame(name, sent.count(), kept.count()));
}
