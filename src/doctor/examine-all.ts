import type { Clock } from '../clock.ts';
import { databaseWords } from '../messages/database.ts';
import { accountWords } from '../messages/doctor.ts';
import { asProblem } from '../problems/problem.ts';
import { type Check, type CheckStatus, warn, worstOf } from './check.ts';
import { checkDataDirectory, type DirectoryFacts } from './data-directory.ts';
import { checkDatabase, type DatabaseFacts } from './database.ts';
import { failed } from './failed.ts';
import { checkSettings, type Stray } from './settings.ts';

/** Accounts in one answer at most. */
const accountsAtMost = 20;
/** Accounts that are looked at together: each that does not answer takes its time. */
const accountsAtOnce = 10;
/** Seconds for all of them. */
const secondsInAll = 40;

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
  /** Undefined where a file keeps what there is. */
  database: DatabaseFacts | undefined;
  /** Undefined where the data directory could not be opened. */
  inspect: (() => Promise<DirectoryFacts>) | undefined;
  strays: readonly Stray[];
  clock: Pick<Clock, 'wall' | 'after' | 'second'>;
}

/** Looks at accounts, some at once, and at the process. What is not known in time is told as not looked at. */
export async function examineAll(wanted: Wanted): Promise<Examined> {
  const { database, inspect, strays, clock } = wanted;
  const checks = database?.fault === undefined ? await examineAccounts(wanted) : [unseen];
  if (database !== undefined) checks.push({ id: 'database', ...checkDatabase(database) });
  if (inspect !== undefined) checks.push({ id: 'data_dir', ...checkDataDirectory(await inspect()) });
  checks.push({ id: 'settings', ...checkSettings(strays) });
  return {
    status: worstOf(checks.map(({ status }) => status)),
    checkedAt: new Date(clock.wall()).toISOString(),
    checks,
  };
}

/** Of any account: none is served. */
const unseen: Check = { id: 'account', ...warn(databaseWords.unseen, databaseWords.seeDatabase) };

async function examineAccounts({ ids, namesAccounts, examine, clock }: Wanted): Promise<Check[]> {
  const wanted = ids.slice(0, accountsAtMost);
  const found = await examineEach(wanted, examine, clock);
  const checks = wanted.flatMap((id, place) =>
    (found[place] ?? []).map((check) => (namesAccounts ? { ...check, account: id } : check)),
  );
  const left = ids.length - accountsAtMost;
  if (left > 0) checks.push({ id: 'account', ...warn(accountWords.more(left), accountWords.nameOne) });
  return checks;
}

async function examineEach(
  ids: readonly string[],
  examine: Wanted['examine'],
  clock: Wanted['clock'],
): Promise<Check[][]> {
  const found: Check[][] = [];
  const late: Check[] = [{ id: 'account', ...warn(accountWords.late, accountWords.nameOne) }];
  const { promise: end, resolve } = Promise.withResolvers<Check[]>();
  let isOver = false;
  const cancel = clock.after(secondsInAll * clock.second, () => {
    isOver = true;
    resolve(late);
  });
  const left = ids.entries();
  async function work(): Promise<void> {
    for (const [place, id] of left) {
      const looked = isOver ? late : examine(id).catch((error: unknown) => [unopened(error)]);
      found[place] = await Promise.race([looked, end]);
    }
  }
  await Promise.all(Array.from({ length: accountsAtOnce }, work));
  cancel();
  return found;
}

function unopened(error: unknown): Check {
  return asProblem(error).code === 'ACCOUNT_DISABLED'
    ? { id: 'account', ...warn(accountWords.disabled, accountWords.switchOn) }
    : { id: 'account', ...failed(error) };
}
