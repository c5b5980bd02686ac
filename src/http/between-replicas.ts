import { createSignature } from '../cluster/signature.ts';
import { passOn } from './pass-on.ts';
import { createEntrance } from './passed.ts';

/** What replicas need to pass requests on to each other; loaded only where there may be several. */
export function openBetween(keys: Parameters<typeof createSignature>[0]) {
  const signature = createSignature(keys, Date.now);
  return { signature, entrance: createEntrance(signature), passOn };
}
