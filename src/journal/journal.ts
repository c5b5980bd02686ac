import type { PastWrites } from '../amocrm/operation/write-log.ts';
import { idOf, readEntry } from './entry.ts';
import { createKeyLog, type KeyLog } from './key-log.ts';
import type { KeyName, KeyStore } from './key-store.ts';

const sweepMs = 10 * 60_000;

export interface JournalOptions {
  /** Told when the disk has not taken something that can wait. */
  onError?: (error: unknown) => void;
}

/** What is to become of a keyed request. */
export type Admission =
  | { kind: 'in-work' }
  /** The key belongs to another request. */
  | { kind: 'reused' }
  | { kind: 'done'; response: string }
  /** It may run, for the first time or on from where it stopped; `take` puts it in work until `release`. */
  | { kind: 'free'; take(): { log: KeyLog; release(): void } };

export type Journal = ReturnType<typeof createJournal>;

/** The journal of requests with a key, over the store that keeps it. */
export function createJournal(store: KeyStore, { onError = () => {} }: JournalOptions = {}) {
  const logs = new Map<string, KeyLog>();
  const inWork = new Set<string>();
  const timer = setInterval(sweep, sweepMs).unref();
  sweep();

  function sweep(): void {
    store.expire().catch(onError);
    for (const [id, log] of logs) if (!inWork.has(id)) void log.fail().then(() => putAway(id, log));
  }

  /** What the disk did not take is known here alone, so it stays. */
  function putAway(id: string, log: KeyLog): void {
    if (!inWork.has(id) && !log.isUnsaved) logs.delete(id);
  }

  function take(name: KeyName, fingerprint: string) {
    const id = JSON.stringify(name);
    const log = logs.get(id) ?? createKeyLog({ name, fingerprint, store, onError });
    logs.set(id, log);
    inWork.add(id);
    log.begin();
    const release = () => {
      inWork.delete(id);
      putAway(id, log);
    };
    return { log, release };
  }

  return {
    /** Judges a request by its key. `fingerprint` tells requests of one key apart. */
    admit(name: KeyName, fingerprint: string): Admission {
      const id = JSON.stringify(name);
      const log = logs.get(id);
      if (log !== undefined && log.fingerprint !== fingerprint) return { kind: 'reused' };
      if (inWork.has(id)) return { kind: 'in-work' };
      const row = log === undefined ? store.findKey(name) : undefined;
      const isBegun = row !== undefined && (row.response !== null || store.writesOf(name).length > 0);
      if (isBegun && row.fingerprint !== fingerprint) return { kind: 'reused' };
      if (typeof row?.response === 'string') return { kind: 'done', response: row.response };
      return { kind: 'free', take: () => take(name, fingerprint) };
    },
    /** What earlier processes have left open or claimed. */
    past(): PastWrites {
      const open = store.openCreates().map((row) => {
        const entry = readEntry(row);
        return { id: idOf(row, entry), write: entry.write };
      });
      return { open, claimed: store.claims() };
    },
    /** Clears away no more. */
    close: () => clearInterval(timer),
  };
}
