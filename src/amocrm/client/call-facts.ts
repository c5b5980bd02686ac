import type { Message } from '../../messages/message.ts';
/** What is known of a call by its method and path. The client knows no entity, so it is given them. */
export interface CallFacts {
  /**
   * The path with `{id}` for each part that is not one of amoCRM's own words: a metric label has few values then, and no
   * log or message shows an address that is a secret, as those of uploads are.
   */
  shape: string;
  /** The right that it needs beyond a token. */
  right?: Message;
  /** What it is about, where an account may have that switched off. */
  feature?: Message;
}

export type FactsOf = (request: { method: string; path: string }) => CallFacts;

/** A path without the part that all have, e.g. `leads/{id}/notes`. */
export function nameOfPath(path: string): string {
  return path.replace(/^\/api\/v4\//, '');
}
