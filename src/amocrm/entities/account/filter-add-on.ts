import { Type } from 'typebox';
import { entityMessages } from '../../../messages/entities.ts';
import { type Fault, type Path, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { refreshEveryMs } from '../../directories/directory.ts';
import type { Gate } from '../../gate.ts';
import type { Operation } from '../../operation/operation.ts';
import { reader } from '../../shapes/hal.ts';

const readFlag = reader(
  Type.Object({ is_api_filter_enabled: Type.Boolean() }),
  'an account with is_api_filter_enabled',
);

/**
 * Whether the account has the paid add-on for filters. Errors: those of reads. Source: developers' reference, account
 * (`with=is_api_filter_enabled`).
 */
export async function readFilterAddOn(gate: Gate, operation: Operation): Promise<boolean> {
  return readFlag(await gate.read('account', [['with', 'is_api_filter_enabled']], operation)).is_api_filter_enabled;
}

/**
 * Throws FILTERS_UNAVAILABLE at the params that have given filters (`asked`) unless the account has the add-on: without
 * it amoCRM answers with the whole list, as if nothing had been asked. "No" is asked again at most every 30 s, so that an
 * add-on that was just bought works.
 */
export async function needFilters({ filterAddOn, operation }: Amo, asked: readonly Path[]): Promise<void> {
  if (await filterAddOn(operation)) return;
  if (await filterAddOn(operation, refreshEveryMs)) return;
  refuseFaults(asked.map(unavailable));
}

/** The same, and amoCRM is asked at once: a "yes" that is kept counts no longer. */
export async function confirmFilters({ filterAddOn, operation }: Amo, asked: readonly Path[]): Promise<void> {
  if (await filterAddOn(operation, 0)) return;
  refuseFaults(asked.map(unavailable));
}

function unavailable(path: Path): Fault {
  return { path, message: entityMessages.filtersUnavailable, code: 'FILTERS_UNAVAILABLE' };
}
