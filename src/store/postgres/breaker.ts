import { type Static, Type } from 'typebox';
import { type BreakerMemory, breakerStates } from '../../amocrm/pace/breaker.ts';
import { checkOf } from '../../schemas/check.ts';
import type { BreakerPlace } from '../store.ts';
import type { Database } from './database.ts';
import { change, type Fence, isHeld } from './fence.ts';

const breakerRow = checkOf(Type.Object({ breaker: Type.Union([Type.String(), Type.Null()]) }));
const Saved = Type.Object({ address: Type.String(), state: Type.Enum([...breakerStates]), probeAt: Type.Number() });
const record = checkOf(Saved);

const find = 'SELECT breaker FROM accounts WHERE id = $1';
const put = `put AS (UPDATE accounts SET breaker = $3 WHERE id = $1 AND epoch = $2 AND ${isHeld})`;

export interface BreakerOptions extends Omit<BreakerPlace, 'fileId'> {
  database: Database;
  fence: Fence;
}

/** What the column says of a breaker; undefined where it says nothing of the kind. */
export function readBreaker(text: string): Static<typeof Saved> | undefined {
  const saved: unknown = JSON.parse(text);
  return record.accepts(saved) ? saved : undefined;
}

/** The breaker of one account, read once: only its owner changes it. The latest state is saved, one after the other. */
export async function openBreakerMemory(options: BreakerOptions): Promise<BreakerMemory> {
  const { database, fence, baseUrl, onError } = options;
  const [row] = await database.query(find, [fence[0]]);
  const text = row === undefined ? null : breakerRow.parse(row).breaker;
  const saved = text === null ? undefined : readBreaker(text);
  let latest = Promise.resolve();
  let wanted = '';

  async function save(state: string): Promise<void> {
    // A newer one is saved instead.
    if (state !== wanted) return;
    await change(database, fence, put, [state]).catch(onError);
  }

  return {
    load: () => (saved?.address === baseUrl ? saved : undefined),
    save(state, probeAt) {
      const next = JSON.stringify({ address: baseUrl, state, probeAt });
      wanted = next;
      latest = latest.then(() => save(next));
    },
  };
}
