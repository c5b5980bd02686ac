import type { Claim } from '../amocrm/operation/claim-log.ts';
import type { LoggedWrite, WriteLog, WriteRecord } from '../amocrm/operation/write-log.ts';
import { serviceMessages } from '../messages/requests.ts';
import type { Written } from '../problems/document.ts';
import { Problem } from '../problems/problem.ts';
import type { Checkpoint, Checkpoints } from '../scenarios/checkpoint.ts';
import { createEntries } from './entries.ts';
import { type Entry, idOf, rowOf } from './entry.ts';
import type { KeptKey, KeyName, KeyStore } from './key-store.ts';
import { readCheckpoint } from './rows.ts';

/** The log of one keyed request: in memory while it runs, on disk before anything is sent. */
export interface KeyLog extends WriteLog, Checkpoints {
  readonly fingerprint: string;
  /** The address of the account when earlier attempts began to write; null where none has, and for an earlier release. */
  readonly address: string | null;
  /** To be called at the start of each attempt. */
  begin(): void;
  /** Whether there are changes that are not on disk. */
  readonly isUnsaved: boolean;
  /** Writes of earlier attempts that have happened, in order. */
  written(): Written[];
  /** Saves the answer of a request that has written something. Rejects with OVERLOADED when the disk fails. */
  succeed(response: string): Promise<void>;
  /** Saves the progress of the request, if it has begun to write. */
  fail(): Promise<void>;
}

export interface KeyLogOptions {
  name: KeyName;
  fingerprint: string;
  /** The address of the account now. */
  address: string | null;
  /** What the store has of an earlier attempt of the same request. */
  kept: KeptKey | undefined;
  store: KeyStore;
  /** Called when changes could not be saved; they are saved with the next. */
  onError(error: unknown): void;
}

const start: Checkpoint = { index: 0, context: {}, steps: [] };

export function createKeyLog({ name, fingerprint, kept, store, onError, ...now }: KeyLogOptions): KeyLog {
  const address = kept?.row.address ?? null;
  const entries = createEntries(kept?.writes ?? []);
  const unsaved = new Set<Entry>();
  const turns = new Map<string, number>();
  let latest = Promise.resolve();
  let checkpoint = kept === undefined ? start : readCheckpoint(kept.row.checkpoint);
  let last: Checkpoint | undefined;
  let isResumed = false;
  let findings = new Map(Object.entries(checkpoint.findings ?? {}));

  function save(response: string | null = null): Promise<void> {
    latest = saveChanges(response);
    return latest;
  }

  async function saveChanges(response: string | null): Promise<void> {
    const changed = [...unsaved];
    unsaved.clear();
    const named = changed.map((entry) => ({ entry, claims: takeClaims(entry) }));
    try {
      if (entries.isUntouched()) await store.drop(name);
      else {
        // The answer contains the context, and a finished request needs no checkpoint.
        const kept = response === null ? { ...checkpoint, findings: Object.fromEntries(findings) } : start;
        const row = { fingerprint, checkpoint: JSON.stringify(kept), response, address: address ?? now.address };
        const claims = named.flatMap((one) => one.claims.map((claim) => ({ ...claim, address: now.address })));
        await store.put({ name, row, writes: changed.map((entry) => rowOf(entry)), claims });
      }
    } catch (error) {
      for (const { entry, claims } of named) {
        unsaved.add(entry);
        entry.claims.unshift(...claims);
      }
      throw new Problem('OVERLOADED', serviceMessages.journalUnwritable, { cause: error });
    }
  }

  function isTraceless(): boolean {
    return entries.isUntouched() && unsaved.size === 0;
  }

  function change(entry: Entry, write: WriteRecord | undefined): void {
    entry.write = write;
    unsaved.add(entry);
    save().catch(onError);
  }

  /** Begins the present step, perhaps anew. */
  function beginStep(at: Checkpoint): void {
    checkpoint = at;
    isResumed = entries.isBegun(at.steps.length);
    turns.clear();
  }

  const entryAt = (writeName: string, turn: number) => entries.at(checkpoint.steps.length, `${writeName} #${turn}`);

  function logged(entry: Entry): LoggedWrite {
    return {
      id: idOf(name, entry),
      get begun() {
        return entry.write;
      },
      async send(write) {
        const before = entry.write;
        const wasSaved = !unsaved.has(entry);
        entry.write = write;
        unsaved.add(entry);
        await save().catch((refusal: unknown) => {
          entry.write = before;
          if (wasSaved) unsaved.delete(entry);
          throw refusal;
        });
      },
      leaveOpen(span) {
        if (entry.write !== undefined) change(entry, { ...entry.write, ...span });
      },
      finish(answer) {
        if (entry.write !== undefined) change(entry, { ...entry.write, answer });
      },
      claim: (claim) => void entry.claims.push(claim),
      forget() {
        if (entry.write !== undefined) change(entry, undefined);
      },
    };
  }

  return {
    fingerprint,
    address,
    begin() {
      last = entries.isUntouched() ? undefined : checkpoint;
      beginStep(last ?? start);
      // A step that has written nothing finds anew.
      if (!isResumed) findings = new Map();
    },
    get last() {
      return last;
    },
    get isUnsaved() {
      return unsaved.size > 0;
    },
    reach(reached) {
      if (reached.steps.length !== checkpoint.steps.length) findings = new Map();
      beginStep(reached);
    },
    get isResumed() {
      return isResumed;
    },
    findings: {
      get: (name) => findings.get(name),
      set: (name, finding) => void findings.set(name, finding),
    },
    peek: (writeName) => logged(entryAt(writeName, (turns.get(writeName) ?? 0) + 1)),
    next(writeName) {
      const turn = (turns.get(writeName) ?? 0) + 1;
      turns.set(writeName, turn);
      return logged(entryAt(writeName, turn));
    },
    written: entries.written,
    async succeed(response) {
      await (isTraceless() ? latest : save(response));
    },
    async fail() {
      await (isTraceless() ? latest : save()).catch(onError);
    },
  };
}

/** Without its answer an id would only keep those from it who look for what the key has made. */
function takeClaims(entry: Entry): Claim[] {
  return entry.write?.answer === undefined ? [] : entry.claims.splice(0);
}
