import type { Use } from '../http/account.ts';
import { type Asked, isMeant, withAllSeen } from '../http/asked.ts';
import type { Found } from './registry.ts';

export type Find = (id: string, deletionsSeen: number) => Found | Promise<Found>;

/** Begins a use of the account that the request means; undefined where there is none. Throws as `isMeant` does. */
export function useAsAsked(find: Find, id: string, asked: Asked): Use | undefined | Promise<Use | undefined> {
  const judge = (found: Found) => {
    if (found !== 'replaced') return found;
    return isMeant(asked) ? useAsAsked(find, id, withAllSeen(asked)) : undefined;
  };
  const found = find(id, asked.deletionsSeen);
  return found instanceof Promise ? found.then(judge) : judge(found);
}
