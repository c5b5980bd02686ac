import { systemClock, type Timing } from '../../clock.ts';
import { type Operation, startOperation, unlessAborted } from './operation.ts';

export interface CachedOptions {
  /** Milliseconds that a value is kept; Infinity keeps it for good. */
  ttlMs: number;
  deadlineMs: number;
  clock?: Timing;
}

export type Cached<T> = ReturnType<typeof createCached<T>>;

/** A value from amoCRM that many operations share: loaded when first needed (single-flight), and kept. */
export function createCached<T>(load: (operation: Operation) => Promise<T>, options: CachedOptions) {
  const { ttlMs, deadlineMs, clock = systemClock } = options;
  let loading: { value: Promise<T>; reads: ReadonlySet<symbol> } | undefined;
  let kept: { value: T; at: number } | undefined;

  function start() {
    const reads = new Set<symbol>();
    const operation = { ...startOperation('amocrm-steps', deadlineMs, [], [], clock), reads };
    const loaded = load(operation).finally(() => {
      loading = undefined;
      operation.end();
    });
    loading = { value: loaded, reads };
    loaded.then(
      (value) => {
        kept = { value, at: clock.now() };
      },
      () => undefined, // The promise itself reports the failure to those who wait.
    );
    return loading;
  }

  /** The value, not older than `maxAgeMs`. The load is shared: an aborted caller only stops waiting. */
  async function get({ signal, reads }: Pick<Operation, 'signal' | 'reads'>, maxAgeMs = ttlMs): Promise<T> {
    if (kept !== undefined && clock.now() - kept.at < maxAgeMs) return kept.value;
    const shared = loading ?? start();
    const value = await unlessAborted(shared.value, signal);
    for (const read of shared.reads) reads?.add(read);
    return value;
  }
  return get;
}
