import type { ContactIndex } from './contact-index.ts';

/** The index has been lost while it was needed. */
export class IndexLost extends Error {
  override readonly name = 'IndexLost';
}

/** The index, all failures of which are told and become `IndexLost`. */
export function guardIndex(index: ContactIndex, onFailure: (cause: unknown) => void): ContactIndex {
  function guard<A extends unknown[], R>(method: (...given: A) => R): (...given: A) => R {
    return (...given) => {
      try {
        return method(...given);
      } catch (cause) {
        onFailure(cause);
        throw new IndexLost('The contact index cannot be used', { cause });
      }
    };
  }

  return {
    find: guard(index.find),
    stamp: guard(index.stamp),
    put: guard(index.put),
    drop: guard(index.drop),
    unseen: guard(index.unseen),
    check: guard(index.check),
    state: guard(index.state),
    save: guard(index.save),
    size: guard(index.size),
    renew: index.renew,
    close: index.close,
  };
}
