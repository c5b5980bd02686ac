import { setImmediate } from 'node:timers/promises';

/** One of those who look for contacts. */
export interface Visitor {
  /** When it came, monotonic milliseconds. */
  arrivedAt: number;
  /** Whether more wait than places are free, once all that came in the same moment are counted. */
  isCrowded(): Promise<boolean>;
}

export interface CrowdOptions {
  /** Calls that could be sent at once. */
  freePlaces(): number;
  now(): number;
}

export type Crowd = ReturnType<typeof createCrowd>;

/** Those who look for contacts now. */
export function createCrowd({ freePlaces, now }: CrowdOptions) {
  let size = 0;
  let arrived = 0;
  let gathering: Promise<void> | undefined;

  /** Without a timer: for turns of the event loop while each brings more. */
  async function gather(): Promise<void> {
    for (let before = arrived - 1; arrived > before; ) {
      before = arrived;
      await setImmediate();
    }
    gathering = undefined;
  }

  return {
    size: () => size,
    /** Counts a visitor until the work has ended. */
    async visit<T>(work: (visitor: Visitor) => Promise<T>): Promise<T> {
      size += 1;
      arrived += 1;
      gathering ??= gather();
      const gathered = gathering;
      try {
        return await work({
          arrivedAt: now(),
          async isCrowded() {
            await gathered;
            return size > freePlaces();
          },
        });
      } finally {
        size -= 1;
      }
    },
  };
}
