import type { OpenRecord } from '../amocrm/operation/write-log.ts';
import { idOf, readEntry } from './entry.ts';
import { createKeyLog, type KeyLog } from './key-log.ts';
import type { KeptKey, KeyName, KeyStore } from './key-store.ts';

/** Milliseconds between attempts to save what could not be saved. */
const saveMs = 10 * 60_000;

export interface JournalOptions {
  /** The address of the account now. */
  address?: string | null;
  /** Called when a change that can wait could not be written. */
  onError?: (error: unknown) => void;
}

export type Admission = Refusal | Free;

export type Refusal =
  | { kind: 'in-work' }
  /** The key belongs to another request. */
  | { kind: 'reused' }
  | { kind: 'done'; response: string };

/** The request may run, for the first time or from where it stopped. It holds its key until `release`. */
export interface Free {
  kind: 'free';
  log: KeyLog;
  release(): void;
}

/** A request in progress, including the time while its key is read. */
interface Work {
  fingerprint: string;
  kept: Promise<KeptKey | undefined>;
}

export type Journal = ReturnType<typeof createJournal>;

/** The journal of requests with an Idempotency-Key, over the store that keeps it. */
export function createJournal(store: KeyStore, { address = null, onError = () => {} }: JournalOptions = {}) {
  const inWork = new Map<string, Work>();
  /** Changes that could not be written are kept only here. */
  const unsaved = new Map<string, KeyLog>();
  const timer = setInterval(saveAgain, saveMs).unref();

  function saveAgain(): void {
    for (const [id, log] of unsaved) if (!inWork.has(id)) void log.fail().then(() => putAway(id, log));
  }

  function putAway(id: string, log: KeyLog): void {
    if (log.isUnsaved) unsaved.set(id, log);
    else if (unsaved.get(id) === log) unsaved.delete(id);
  }

  /** Marks the key as in progress before it is read: of two equal requests only one can then find it free. */
  async function begin(id: string, name: KeyName, fingerprint: string): Promise<Admission> {
    const log = unsaved.get(id);
    if (log !== undefined && log.fingerprint !== fingerprint) return { kind: 'reused' };
    const work = { fingerprint, kept: log === undefined ? store.find(name) : Promise.resolve(undefined) };
    inWork.set(id, work);
    try {
      const kept = await work.kept;
      const refusal = refusalBy(kept, fingerprint);
      if (refusal !== undefined) inWork.delete(id);
      return refusal ?? take(id, log ?? createKeyLog({ name, fingerprint, address, kept, store, onError }));
    } catch (error) {
      inWork.delete(id);
      throw error;
    }
  }

  function take(id: string, log: KeyLog): Free {
    log.begin();
    const release = () => {
      inWork.delete(id);
      putAway(id, log);
    };
    return { kind: 'free', log, release };
  }

  /** Decides by its key what to do with a request. Rejects when the store cannot be read. */
  async function admit(name: KeyName, fingerprint: string): Promise<Admission> {
    const id = JSON.stringify(name);
    const work = inWork.get(id);
    if (work === undefined) return begin(id, name, fingerprint);
    const refusal = refusalBy(await work.kept, fingerprint);
    if (refusal !== undefined) return refusal;
    // The other request has ended meanwhile, or was refused itself.
    if (inWork.get(id) !== work) return admit(name, fingerprint);
    return { kind: work.fingerprint === fingerprint ? 'in-work' : 'reused' };
  }

  return {
    admit,
    /** Creates of earlier processes in doubt, of keys that have changed after `since` (our clock, ms since 1970). */
    async openCreates(since: number): Promise<OpenRecord[]> {
      const rows = await store.openCreates(since);
      return rows.map((row) => {
        const entry = readEntry(row);
        return { id: idOf(row, entry), write: entry.write };
      });
    },
    /** Whether no request holds a key and all changes are on disk. */
    isAtRest: (): boolean => inWork.size === 0 && unsaved.size === 0,
    /** Stops trying to save what could not be saved. */
    close: () => clearInterval(timer),
  };
}

function refusalBy(kept: KeptKey | undefined, fingerprint: string): Refusal | undefined {
  if (kept === undefined) return undefined;
  if (kept.row.fingerprint !== fingerprint) return { kind: 'reused' };
  return kept.row.response === null ? undefined : { kind: 'done', response: kept.row.response };
}
