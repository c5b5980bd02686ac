import type { FastifyBaseLogger } from 'fastify';
import type { AmoService } from '../amocrm/amo.ts';
import { isHeldUp } from '../amocrm/wire/wire.ts';
import type { Lease } from '../cluster/membership.ts';
import type { Deliver } from '../jobs/attempt.ts';
import { createJobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import type { AccountStore } from '../store/store.ts';
import { createAddressCheck } from './address-check.ts';
import type { Shared } from './open-shared.ts';
import type { PastOfAddress } from './past.ts';

export interface AccountJobsOptions {
  own: Pick<AccountStore, 'jobs' | 'addresses'>;
  amo: AmoService;
  journal: Journal;
  lease: Pick<Lease, 'refusal'>;
  baseUrl: string;
  batchSize: number;
  /** What belongs to other addresses. */
  others: readonly PastOfAddress[];
  log: FastifyBaseLogger;
}

/** The jobs of one account that is open. */
export function openJobs(shared: Shared, options: AccountJobsOptions) {
  const { own, amo, journal, lease, baseUrl, batchSize, log } = options;
  const { config, clock, laterRoutes, shutdown } = shared;
  const { gate } = amo;
  const ended = new AbortController();
  const works = new Set<Promise<void>>();
  const events = shared.jobEvents(log);
  const end = {
    shutdown: AbortSignal.any([shutdown.signal, ended.signal]),
    waitFor(work: Promise<void>): void {
      shutdown.waitFor(work);
      works.add(work);
      void work.finally(() => works.delete(work));
    },
  };
  const addresses = createAddressCheck({
    ...end,
    address: baseUrl,
    book: own.addresses,
    gate,
    clock,
    deadlineMs: config.amo.timeoutMs * 3,
    onError: (err) => log.warn({ err }, 'address'),
  });
  let { others } = options;

  /** Takes over what other addresses of the same account of amoCRM have left: to be called before anything is written. */
  async function recallPast(): Promise<void> {
    if (others.length === 0) return;
    const now = await addresses.amocrmId();
    const same = others.filter(({ amocrmId }) => amocrmId === now);
    for (const { collection, id, at } of same.flatMap(({ claimed }) => claimed)) gate.keepClaim(collection, id, at);
    for (const doubt of same.flatMap(({ doubts }) => doubts)) amo.doubts.keep(doubt);
    others = [];
  }

  const jobs = createJobs({
    ...events,
    ...end,
    store: own.jobs,
    journal,
    clock,
    batchSize,
    address: baseUrl,
    refuseOther: addresses.refuseOther,
    routeOf(name) {
      const route = laterRoutes.get(name);
      if (route === undefined) return undefined;
      const deliver: Deliver = async (...request) => {
        await recallPast();
        return route.deliver(amo)(...request);
      };
      return { label: route.label, deliver };
    },
    giveUpHours: config.jobs.giveUpHours,
    isHeldUp: () => lease.refusal() !== undefined || isHeldUp(gate.load()),
    onEnd(job, state) {
      events.onEnd(job, state);
      if (state === 'succeeded') addresses.noteAnswer();
    },
    onError: (err) => log.error({ err }, 'jobs'),
  });
  return {
    jobs,
    addresses,
    recallPast,
    /** Begins no more of them. */
    stop(): void {
      if (!ended.signal.aborted) ended.abort(new Problem('SHUTTING_DOWN', serviceMessages.accountClosed));
    },
    /** Resolves when those that were begun have ended. */
    settle: async () => void (await Promise.allSettled(works)),
  };
}
