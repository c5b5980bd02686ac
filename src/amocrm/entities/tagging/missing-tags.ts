import { fold } from '../../../text/names.ts';

/**
 * Those tags that are not held in any spelling (case, outer spaces), each once: whether amoCRM takes `vip` and `VIP` for
 * one tag is not documented, and two of them on one entity are one too many.
 */
export function missingTags(tags: readonly string[], held: readonly string[]): string[] {
  const known = new Set(held.map(fold));
  return tags.filter((tag) => {
    const isNew = !known.has(fold(tag));
    known.add(fold(tag));
    return isNew;
  });
}
