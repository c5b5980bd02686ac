import type { Clock } from '../clock.ts';
import { accountWords } from '../messages/doctor.ts';
import { asProblem } from '../problems/problem.ts';
import { type Check, type CheckStatus, warn, worstOf } from './check.ts';
import { checkDataDirectory, type DirectoryFacts } from './data-directory.ts';
import { failed } from './failed.ts';
import { checkSettings, type Stray } from './settings.ts';

/** Accounts in one answer at most. */
const accountsAtMost = 20;

export interface Examined {
  status: CheckStatus;
  checkedAt: string;
  checks: Check[];
}

export interface Wanted {
  /** Ids of the accounts to look at. */
  ids: readonly string[];
  /** Whether checks say which account they are about. */
  namesAccounts: boolean;
  /** Looks at one account. Rejects with a Problem where it cannot be opened. */
  examine(id: string): Promise<Check[]>;
  inspect(): Promise<DirectoryFacts>;
  strays: readonly Stray[];
  clock: Pick<Clock, 'wall'>;
}

/** Looks at accounts, one after another, and at the process. */
export async function examineAll({ ids, namesAccounts, examine, inspect, strays, clock }: Wanted): Promise<Examined> {
  const checks: Check[] = [];
  for (const id of ids.slice(0, accountsAtMost)) {
    const found = await examine(id).catch((error: unknown): Check[] => [unopened(error)]);
    checks.push(...found.map((check) => (namesAccounts ? { ...check, account: id } : check)));
  }
  const left = ids.length - accountsAtMost;
  if (left > 0) checks.push({ id: 'account', ...warn(accountWords.more(left), accountWords.nameOne) });
  checks.push({ id: 'data_dir', ...checkDataDirectory(await inspect()) }, { id: 'settings', ...checkSettings(strays) });
  return {
    status: worstOf(checks.map(({ status }) => status)),
    checkedAt: new Date(clock.wall()).toISOString(),
    checks,
  };
}

function unopened(error: unknown): Check {
  return asProblem(error).code === 'ACCOUNT_DISABLED'
    ? { id: 'account', ...warn(accountWords.disabled, accountWords.switchOn) }
    : { id: 'account', ...failed(error) };
}
