import type { Clock } from '../../clock.ts';
import { lateSeconds } from '../operation/late-seconds.ts';
import { type Collection, listOf } from '../shapes/collection.ts';

const maxLate = 10_000;

export type LateWrites = ReturnType<typeof createLateWrites>;

/**
 * Of which entities amoCRM may yet carry out an update, a link or an unlink that was in doubt, over a newer one. All links
 * of an entity count together: the link of one company takes the place of another's.
 */
export function createLateWrites(clock: Clock) {
  /** By the entity's name: until when. */
  const late = new Map<string, number>();

  return {
    /** A write of this entity has ended in doubt, at `endedAt` (monotonic milliseconds). */
    expect(collection: Collection, id: number | string, endedAt: number): void {
      for (const [name, until] of late) {
        if (until > clock.now() && late.size < maxLate) break;
        late.delete(name);
      }
      const name = nameOf(collection, id);
      late.delete(name);
      late.set(name, endedAt + lateSeconds * clock.second);
    },
    isExpected: (collection: Collection, id: number | string): boolean =>
      (late.get(nameOf(collection, id)) ?? 0) > clock.now(),
  };
}

function nameOf({ path }: Collection, id: number | string): string {
  return `${listOf(path)} ${id}`;
}
