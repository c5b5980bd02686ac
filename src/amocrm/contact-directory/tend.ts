import { backOffMs } from '../../clock.ts';
import { type Operation, startOperation } from '../operation/operation.ts';
import type { CatchUps } from './catch-ups.ts';
import type { Desk, DeskOptions } from './desk.ts';
import type { Scan } from './directory-state.ts';
import { createNap } from './nap.ts';
import { createPace } from './pace.ts';
import { scanAll } from './scan.ts';

const minuteSeconds = 60;
const weekSeconds = 7 * 24 * 3600;
const maxDoublings = 6;
/** Milliseconds between two parts of a check: a part takes a few. */
const restMs = 20;

/**
 * The directory's own work, until it is stopped: fills the index, mends it once a week, and catches up once a minute, so
 * that it never has far to go.
 */
export function keepUp(desk: Desk, catchUps: CatchUps, options: DeskOptions) {
  const { gate, clock, rateLimit, pageSize, observer, deadlineMs, readFieldIds } = options;
  const { index } = desk;
  const stopped = new AbortController();
  const { signal } = stopped;
  const [scanning, refreshing] = [createNap(clock, signal), createNap(clock, signal)];
  /** Fields for which a scan was asked for, each once: what the next scan does not show of it no later one will. */
  const wanted = new Set<number>();
  /** How many of them a scan has been begun for. */
  let served = 0;
  const isWanted = () => wanted.size > served;
  const pace = createPace(clock, rateLimit);

  async function scan(): Promise<void> {
    const begun = index.state().scan ?? (await begin());
    const done = await scanAll(
      {
        index,
        read: (order, place) => desk.readSoon(order, place, signal),
        readByIds: (ids) => desk.readByIds(ids, () => pace(begun.kind, 'page', signal), signal),
        pace: (calls) => pace(begun.kind, calls, signal),
        catchUp: () => catchUps.since(clock.now(), signal),
        pageSize,
        observer,
      },
      begun,
    );
    finish(done);
    observer.onScan({ kind: done.kind, event: 'finished', contacts: done.place });
  }

  async function begin(): Promise<Scan> {
    const asked = wanted.size;
    const fields = await shared(readFieldIds);
    served = asked;
    const { isComplete } = index.state();
    const kind = isComplete ? 'mend' : 'fill';
    // Not before amoCRM has answered: its clock is known by its answers.
    const startedAt = Math.floor(gate.serverTime().earliest);
    const begun: Scan = { kind, stamp: index.stamp(), startedAt, fields, lastId: 0, place: 0 };
    index.save({ ...index.state(), scan: begun });
    observer.onScan({ kind, event: 'begun', contacts: 0 });
    return begun;
  }

  function finish({ kind, startedAt, fields, lastId }: Scan): void {
    const { scan: _, ...state } = index.state();
    // The first catch-up goes back to the beginning of the fill: what it read first may have changed since.
    const filled = kind === 'fill' ? { isComplete: true, caughtUpAt: startedAt, topId: lastId } : {};
    index.save({ ...state, ...filled, fields, scannedAt: startedAt });
    refreshing.wake();
  }

  function isDue(): boolean {
    const { isComplete, scan: begun, scannedAt } = index.state();
    return !isComplete || begun !== undefined || isWanted() || gate.serverTime().earliest - scannedAt > weekSeconds;
  }

  async function shared<T>(read: (operation: Operation) => Promise<T>): Promise<T> {
    const operation = startOperation('amocrm-steps', deadlineMs, [signal], [], clock);
    return read(operation).finally(operation.end);
  }

  function tell(error: unknown): void {
    if (!signal.aborted) observer.onFailed(error);
  }

  /** Until the index has been checked it answers no find. */
  async function check(): Promise<void> {
    while (!signal.aborted && !desk.isLost()) {
      try {
        if (desk.check()) return;
        await scanning.wait(restMs);
      } catch {
        // The failure has been reported, and the file is made anew.
      }
    }
  }

  async function keepScanned(): Promise<void> {
    for (let failures = 0; !signal.aborted && !desk.isLost(); ) {
      try {
        if (isDue()) await scan();
        failures = 0;
        if (!isWanted()) await scanning.wait(minuteSeconds * clock.second);
      } catch (error) {
        tell(error);
        failures = Math.min(failures + 1, maxDoublings);
        await scanning.wait(backOffMs(clock, failures));
      }
    }
  }

  async function keepFresh(): Promise<void> {
    while (!signal.aborted && !desk.isLost()) {
      try {
        if (desk.isComplete()) await catchUps.since(clock.now() - minuteSeconds * clock.second, signal);
      } catch (error) {
        tell(error);
      }
      await refreshing.wait(minuteSeconds * clock.second);
    }
  }

  return {
    stop: () => stopped.abort(new Error('The contact directory stops')),
    ended: check()
      .then(() => Promise.all([keepScanned(), keepFresh()]))
      .then(() => {}),
    /** A field has turned up that the index knows nothing of. */
    scanSoon(field: number) {
      if (wanted.has(field)) return;
      wanted.add(field);
      scanning.wake();
    },
  };
}
