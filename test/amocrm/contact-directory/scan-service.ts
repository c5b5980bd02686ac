import type { Client, Outcome } from '../../../src/amocrm/client/client.ts';
import type { ContactIndex } from '../../../src/amocrm/contact-directory/contact-index.ts';
import type { CatchUpReport, Mended, ScanReport } from '../../../src/amocrm/contact-directory/observer.ts';
import type { ContactCriteria } from '../../../src/amocrm/entities/contacts/params.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import type { FakeClock } from '../../fixtures/fake-clock.ts';
import type { ModelAccount } from './model-account.ts';
import { createModelService, type Program } from './model-service.ts';

export const weekSeconds = 7 * 24 * 3600;
const rateLimit = 4;
/** Contacts on a page, so that a few of them take several. */
const smallPage = 7;
const longPages = 6;
/** Virtual milliseconds between two looks at what has happened, and those in which it has. */
const stepMs = 50;
const patienceMs = 600_000;
const deadlineMs = 30_000;

export interface ScanningOptions {
  clock: FakeClock;
  account: ModelAccount;
  index: ContactIndex;
  freshMs?: number;
  pageSize?: number;
  /** Instead of being thrown. */
  onLost?(reason: unknown): void;
  onFailed?(reason: unknown): void;
  /** What amoCRM answers to a query instead. */
  fault?(query: string): Outcome | undefined;
}

/** The service on a given clock, and what it asks a model of amoCRM and reports meanwhile. */
export function startScanning(program: Program, { clock, account, index, ...rest }: ScanningOptions) {
  const { freshMs = 1_000, pageSize = smallPage, fault = () => undefined, onLost = raise, onFailed = raise } = rest;
  const calls: { at: number; query: string }[] = [];
  const scans: (ScanReport & { at: number })[] = [];
  const mended: Record<Mended, number> = { missing: 0, changed: 0, gone: 0 };
  const catchUps: CatchUpReport[] = [];
  const client: Client = async (request, ...rest) => {
    const query = (request.query ?? []).map(([name, value]) => `${name}=${value}`).join('&');
    calls.push({ at: clock.now(), query });
    const answer = await account.client(request, ...rest);
    return fault(query) ?? answer;
  };
  const observer = {
    onFind() {},
    onDoubt() {},
    onCatchUp: (report: CatchUpReport) => void catchUps.push(report),
    onScan: (report: ScanReport) => void scans.push({ ...report, at: clock.now() }),
    onMended(what: Mended, contacts: number) {
      mended[what] += contacts;
    },
    onLost,
    onFailed,
  };
  const service = createModelService(program, {
    clock,
    client,
    rateLimit,
    index,
    freshMs,
    pageSize,
    longPages,
    observer,
  });

  async function until(holds: () => boolean): Promise<void> {
    for (const end = clock.now() + patienceMs; !holds(); await clock.advance(stepMs)) {
      if (clock.now() > end) throw new Error('it does not come');
    }
  }

  async function find(criteria: ContactCriteria): Promise<number | undefined> {
    const operation = startOperation('bot', deadlineMs, [], [], clock);
    return program
      .findContact({ ...service, operation }, criteria)
      .then(({ contact }) => contact?.id)
      .finally(operation.end);
  }

  /** What so many at once are told, or the reason why they are not. */
  async function askFor(criteria: ContactCriteria, howMany: number): Promise<Set<unknown>> {
    let isTold = false;
    const told = Promise.allSettled(Array.from({ length: howMany }, () => find(criteria))).finally(() => {
      isTold = true;
    });
    await until(() => isTold);
    return new Set((await told).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code)));
  }

  return {
    calls,
    scans,
    mended,
    catchUps,
    until,
    /** So many look for it at once that the directory is asked. */
    crowdFind: (phone: string) => askFor({ phone }, 12),
    askFor,
    count: (event: ScanReport['event']) => scans.filter((scan) => scan.kind === 'mend' && scan.event === event).length,
    /** Looks for somebody, and waits until all contacts have been read. */
    async fill(): Promise<void> {
      await askFor({ phone: '79009999999' }, 12);
      await until(() => service.contactDirectory.status().isComplete);
    },
    /** Makes the last scan older. */
    age(seconds: number): void {
      index.save({ ...index.state(), scannedAt: index.state().scannedAt - seconds });
    },
    status: service.contactDirectory.status,
    scanned: () => service.contactDirectory.status().scanned,
    async stop(): Promise<void> {
      let isStopped = false;
      const stopped = service.contactDirectory.stop().finally(() => {
        isStopped = true;
      });
      await until(() => isStopped);
      await stopped;
    },
  };
}

function raise(reason: unknown): never {
  throw reason;
}

/** Whether calls keep to a pace, but for one that others have put off: the next need not wait any longer for that. */
export function isPaced(moments: readonly number[], perSecond: number): boolean {
  return moments.every((from, first) =>
    moments.slice(first + 1).every((to, more) => more + 1 <= ((to - from) / 1000) * perSecond + 1),
  );
}
