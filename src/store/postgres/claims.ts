import { Type } from 'typebox';
import type { Claim, ClaimLog } from '../../amocrm/operation/claim-log.ts';
import { checkOf } from '../../schemas/check.ts';
import { keptMs, maxRecentClaims } from '../kept.ts';
import type { Settled } from './background.ts';
import { FenceError } from './fence.ts';
import type { CommitChange } from './journal-changes.ts';
import type { LogOptions } from './log-options.ts';

const claimRow = checkOf(
  Type.Object({
    collection: Type.String(),
    id: Type.Integer(),
    at: Type.Number(),
    address: Type.Union([Type.String(), Type.Null()]),
  }),
);

const recent =
  'SELECT collection, id, at, address FROM claims WHERE account = $1 AND at > $2 ORDER BY place DESC LIMIT ' +
  `${maxRecentClaims}`;

/** More than arrives in a minute; beyond that the oldest are dropped. */
const maxUnsaved = 10_000;

export interface ClaimLogOptions extends LogOptions {
  commit: CommitChange;
}

/** The ids of one account that answers have named. What could not be saved goes with the next. */
export function createClaimLog(options: ClaimLogOptions): ClaimLog & Settled {
  const { database, fence, address, now, onError, commit } = options;
  let unsaved: Claim[] = [];
  let latest = Promise.resolve();
  let isFailing = false;

  async function save(claims: readonly Claim[]): Promise<void> {
    const all = [...unsaved, ...claims];
    unsaved = [];
    const ends = await Promise.allSettled(all.map((claim) => commit({ claim: { ...claim, address } })));
    const failures = ends.flatMap((end, index) => (end.status === 'rejected' ? [{ index, reason: end.reason }] : []));
    // Those of an account that another replica owns meanwhile are given up.
    const left = failures.filter(({ reason }) => !(reason instanceof FenceError)).map(({ index }) => all[index]);
    unsaved = [...left, ...unsaved].filter((claim) => claim !== undefined).slice(-maxUnsaved);
    const [first] = failures;
    if (first !== undefined && !isFailing) onError(first.reason);
    isFailing = first !== undefined;
  }

  function add(claims: readonly Claim[]): Promise<void> {
    latest = save(claims);
    return latest;
  }

  return {
    add: (collection, id, at) => add([{ collection, id, at: Math.floor(at) }]),
    async settle() {
      await latest;
      await add([]);
    },
    async recent() {
      const rows = await database.query(recent, [fence[0], Math.floor(now() - keptMs.claim)]);
      return rows.map((row) => claimRow.parse(row)).reverse();
    },
  };
}
