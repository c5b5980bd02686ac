import { type Operation, startOperation, unlessAborted } from './operation.ts';

export interface CachedOptions {
  /** Milliseconds that a value is kept; Infinity keeps it for good. */
  ttlMs: number;
  deadlineMs: number;
  now?: () => number;
}

export type Cached<T> = ReturnType<typeof createCached<T>>;

/** A value from amoCRM that many operations share: loaded when first needed (single-flight), and kept. */
export function createCached<T>(load: (operation: Operation) => Promise<T>, options: CachedOptions) {
  const { ttlMs, deadlineMs, now = () => performance.now() } = options;
  let loading: Promise<T> | undefined;
  let kept: { value: T; at: number } | undefined;

  function start(): Promise<T> {
    const operation = startOperation('amocrm-steps', deadlineMs, [], [], now);
    loading = load(operation).finally(() => {
      loading = undefined;
      operation.end();
    });
    loading.then(
      (value) => {
        kept = { value, at: now() };
      },
      () => undefined, // The promise itself reports the failure to those who wait.
    );
    return loading;
  }

  /** The value, not older than `maxAgeMs`. The load is shared: an aborted caller only stops waiting. */
  async function get({ signal }: Pick<Operation, 'signal'>, maxAgeMs = ttlMs): Promise<T> {
    if (kept !== undefined && now() - kept.at < maxAgeMs) return kept.value;
    return unlessAborted(loading ?? start(), signal);
  }
  return get;
}
