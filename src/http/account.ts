import type { AmoService } from '../amocrm/amo.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';

/** An account of amoCRM as requests are served in it. */
export interface Account {
  id: string;
  amo: AmoService;
  journal: Journal;
  jobs: Jobs;
}

/** An account that stays open until its use ends. */
export interface Use {
  account: Account;
  end(): void;
}
