/** Callbacks for what happens in the contact directory. They carry no personal data. */
export interface DirectoryObserver {
  /** A find was answered by the directory, or by amoCRM's search. */
  onFind(by: FoundBy): void;
  /** The directory named contacts that do not hold the value any more, so amoCRM's search was asked. */
  onDoubt(): void;
  onCatchUp(report: CatchUpReport): void;
  onScan(report: ScanReport): void;
  /** Mending has found so many contacts that differ from what the directory had. */
  onMended(what: Mended, contacts: number): void;
  /** The index was lost, and is made anew where that is possible. */
  onLost(reason: unknown): void;
  /** The directory's own work has failed and is tried again. */
  onFailed(reason: unknown): void;
}

export const foundBy = ['directory', 'search'] as const;
export type FoundBy = (typeof foundBy)[number];

export interface CatchUpReport {
  result: 'done' | 'failed';
  pages: number;
  duration_ms: number;
}

export interface ScanReport {
  kind: 'fill' | 'mend';
  event: 'begun' | 'progress' | 'finished';
  /** Contacts that it has read so far. */
  contacts: number;
}

/**
 * `missing` and `changed`: catching up should have seen it, and has not. `gone`: not in the list any more, which no catch-up
 * can see.
 */
export const mended = ['missing', 'changed', 'gone'] as const;
export type Mended = (typeof mended)[number];

export const silentDirectoryObserver: DirectoryObserver = {
  onFind() {},
  onDoubt() {},
  onCatchUp() {},
  onScan() {},
  onMended() {},
  onLost() {},
  onFailed() {},
};
