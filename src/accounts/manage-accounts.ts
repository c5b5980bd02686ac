import { isDeepStrictEqual } from 'node:util';
import type { AccountRecord } from '../config/account-settings.ts';
import { accessMessages } from '../messages/access.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import type { AccountAdmin, AccountState } from '../routes/accounts.ts';
import { DatabaseFault } from '../store/database-fault.ts';
import { createAsOwner, type OwnTurn } from './as-owner.ts';
import { removeFilesOf } from './files-of-account.ts';
import type { Shared } from './open-shared.ts';
import type { Registry } from './registry.ts';

/** What the routes for admins do with accounts. `wake` opens one that has something to do. */
export function manageAccounts(shared: Shared, registry: Registry, wake: (id: string) => void): AccountAdmin {
  const { store, config, countToken, noteAccess, ownership, shutdown, log } = shared;
  const { accounts: table } = store;
  const asOwner = createAsOwner({
    registry,
    ownership,
    table,
    onError: (err) => log.error({ err }, 'accounts'),
  });

  async function statesOf(records: readonly AccountRecord[]): Promise<AccountState[]> {
    const ids = records.map(({ id }) => id);
    const [times, owners] = await Promise.all([
      expiries(),
      ownership.isShared ? ownership.addressesOf(ids) : undefined,
    ]);
    return Promise.all(
      records.map(async (record) => {
        const owner = owners && (owners.get(record.id) ?? null);
        return { ...(await stateOf(record)), expiresAt: times.get(record.id), owner };
      }),
    );
  }

  async function stateOf(record: AccountRecord): Promise<Omit<AccountState, 'expiresAt' | 'owner'>> {
    const load = registry.find(record.id)?.amo.gate.load();
    const jobs = await store.of(record.id).jobs.load();
    return { record, openJobs: jobs.open, breaker: load?.breaker, waiting: load?.waiting ?? 0 };
  }

  async function expiries(): Promise<Map<string, number>> {
    return new Map((await table.tokenTimes()).map(({ account, expiresAt }) => [account, expiresAt]));
  }

  async function refuseInUse(id: string): Promise<void> {
    // What an interrupted deletion has left does not count.
    if ((await table.find(id)) === undefined) return;
    const { open } = await store.of(id).jobs.load();
    if (open > 0) throw new Problem('ACCOUNT_IN_USE', accessMessages.openJobs(open));
    const owed = await store.callbacks.owedIn(id);
    if (owed > 0) throw new Problem('ACCOUNT_IN_USE', accessMessages.owedCallbacks(owed));
  }

  async function replace(record: AccountRecord, { end }: OwnTurn): Promise<'same' | 'changed' | 'new'> {
    const before = await table.find(record.id);
    // The same again changes nothing, so that a list of accounts can be sent as often as one likes.
    if (isDeepStrictEqual(before, record)) return 'same';
    const epoch = await end();
    const forgetsTokens = before !== undefined && !isDeepStrictEqual(integrationOf(before), integrationOf(record));
    await table.put(record, { forgetsTokens, epoch });
    return before === undefined ? 'new' : 'changed';
  }

  return {
    list: async () => statesOf(await table.list()),
    async show(id) {
      const record = await table.find(id);
      return record && (await statesOf([record])).at(0);
    },
    ids: table.ids,
    async put(record, asked) {
      const { id } = record;
      // Compared in its turn: what was asked for before it may not be done yet.
      const done = await asOwner(id, asked, (turn) => replace(record, turn));
      if (done === 'same') return false;
      // Its code expires within 20 minutes, and its jobs are to go on.
      const hasWork = 'client_id' in record.access || (await store.of(id).jobs.load()).open > 0;
      if (hasWork && !record.isDisabled) wake(id);
      return done === 'new';
    },
    async remove(id, { force, asked }) {
      if (!force) await refuseInUse(id);
      const isGone = await asOwner(id, asked, async ({ end }) => {
        const epoch = await end();
        if (!force) await refuseInUse(id);
        const wasThere = await table.remove(id, { epoch }).catch(refuseUnknown);
        if (wasThere) removeFilesOf(config.dataDir, id);
        return wasThere;
      });
      // In the background: these rows belong to no account any more, and there may be many.
      void table.clear(id).catch((err: unknown) => {
        if (!shutdown.signal.aborted) log.error({ err }, 'accounts');
      });
      countToken({ event: 'removed' }, id);
      noteAccess(id);
      return isGone;
    },
    check: async () => void (await table.find('')),
  };
}

/** A deletion that may have been done must not be repeated: somebody may have added an account of that id since. */
function refuseUnknown(error: unknown): never {
  if (!(error instanceof DatabaseFault) || !error.mayBeDone) throw error;
  throw new Problem('OUTCOME_UNKNOWN', ownershipMessages.deletionLost, { cause: error });
}

function integrationOf({ baseUrl, access }: AccountRecord) {
  return { baseUrl, client: 'client_id' in access ? access.client_id : undefined };
}
