import type { Observer } from '../amocrm/wire/observer.ts';
import type { Clock } from '../clock.ts';
import type { Refusals } from '../doctor/patient.ts';

const minutes = 60;

/** Counts what amoCRM refuses, minute by minute, for as long as the doctor asks for: an hour. */
export function createRecentRefusals(clock: Pick<Clock, 'now' | 'second'>) {
  const counts = Array.from({ length: minutes }, () => ({ minute: Number.NaN, tooMany: 0, blocks: 0 }));
  const minuteNow = () => Math.floor(clock.now() / (60 * clock.second));

  function note(name: keyof Refusals): void {
    const minute = minuteNow();
    const at = minute % minutes;
    const kept = counts[at];
    const count = kept?.minute === minute ? kept : { minute, tooMany: 0, blocks: 0 };
    counts[at] = { ...count, [name]: count[name] + 1 };
  }

  return {
    /** The observer, with its calls noted. */
    watch: (observer: Observer): Observer => ({
      ...observer,
      onCall(report) {
        if (report.ended === 'too-many') note('tooMany');
        if (report.ended === 'blocked') note('blocks');
        observer.onCall(report);
      },
    }),
    lastHour(): Refusals {
      const since = minuteNow() - minutes;
      const recent = counts.filter(({ minute }) => minute > since);
      return {
        tooMany: recent.reduce((sum, { tooMany }) => sum + tooMany, 0),
        blocks: recent.reduce((sum, { blocks }) => sum + blocks, 0),
      };
    },
  };
}
