import type { FastifyBaseLogger } from 'fastify';
import type { FieldMap } from '../amocrm/fields/field-map.ts';
import { createAmoService } from '../amocrm/service.ts';
import type { TokenReport } from '../amocrm/wire/token-source.ts';
import { openSeconds } from '../amocrm/writes/open-creates.ts';
import type { Lease } from '../cluster/membership.ts';
import { type Access, authorizeBy } from '../config/access.ts';
import type { AccessFacts } from '../doctor/patient.ts';
import type { Account } from '../http/account.ts';
import { createJournal } from '../journal/journal.ts';
import type { Problem } from '../problems/problem.ts';
import { logged, logTokens } from '../telemetry/log-amocrm.ts';
import { createRecentRefusals } from '../telemetry/recent-refusals.ts';
import { consentOf } from './consent.ts';
import { openDirectory } from './open-directory.ts';
import { openJobs } from './open-jobs.ts';
import type { Shared } from './open-shared.ts';
import { readPast } from './past.ts';

export interface AccountSettings {
  id: string;
  /** Names its files in the data directory; undefined for the account of the settings. */
  fileId: string | undefined;
  baseUrl: string;
  access: Access;
  /** The name under which its tokens are stored. */
  tokensOf: string;
  longLivedToken: () => string | undefined;
  fieldMap: FieldMap;
  rateLimit: number;
  batchSize: number;
  log: FastifyBaseLogger;
}

export interface Tenancy {
  lease: Lease;
  /** Milliseconds before the first call to amoCRM: those of an earlier gate still count. */
  restMs: number;
}

/** An account that is open. */
export interface OpenAccount extends Account {
  /** Counts the changes of its settings. */
  version: number;
  /** To be released once it is closed. */
  lease: Lease;
  /** Begins to renew its tokens and to carry out its jobs. */
  start(): void;
  /** Whether it has no work and no unsaved changes, but for requests in progress. */
  isAtRest(): Promise<boolean>;
  /** Begins no more renewals and jobs. */
  stop(): void;
  /** Ends all calls; the waiting callers get the reason. */
  giveUp(reason: Problem): void;
  close(): Promise<void>;
}

/** Opens the service layer of one account, its journal and its jobs. */
export async function openAccount(
  shared: Shared,
  settings: AccountSettings,
  { lease, restMs }: Tenancy,
): Promise<OpenAccount> {
  const { config, clock, store, observer, address, countToken, noteAccess } = shared;
  const { id, fileId, baseUrl, access, tokensOf, longLivedToken, batchSize, log } = settings;
  const own = store.of(id, lease.epoch, baseUrl);
  const onToken = (report: TokenReport) => {
    logTokens(log, report);
    countToken(report, id);
  };
  const storeOf = (clientId: string) => own.tokens({ account: tokensOf, clientId });
  const authorize = await authorizeBy(access, storeOf, { clock, onToken, longLivedToken });
  const tokens = access.kind === 'oauth' ? await storeOf(access.client.id) : undefined;
  const accessFacts = (): AccessFacts =>
    tokens === undefined
      ? { kind: 'long-lived', token: longLivedToken() }
      : { kind: 'oauth', issuedAt: tokens.pair()?.issuedAt };
  noteAccess(id, accessFacts);
  const refusals = createRecentRefusals(clock);
  let mended = 0;
  const directory = openDirectory(shared, settings, (contacts) => {
    mended += contacts;
  });
  const journal = createJournal(own.keys, { address: baseUrl, onError: (err) => log.error({ err }, 'journal') });
  // Older creates in doubt wait until their requests are sent again.
  const since = clock.wall() - openSeconds * clock.second;
  const [open, past] = await Promise.all([journal.openCreates(since), readPast(own, baseUrl)]).catch(
    (error: unknown) => {
      journal.close();
      throw error;
    },
  );
  const amo = createAmoService({
    ...settings,
    past: { open, claimed: past.own.claimed },
    doubts: past.own.doubts,
    timeoutMs: config.amo.timeoutMs,
    fieldsTtlSeconds: config.amo.fieldsTtlSeconds,
    claimLog: {
      add: own.claims.add,
      onClaim() {
        // Not of the account of the settings: its address changes at a restart, and nothing tells whose the new one is.
        if (fileId !== undefined) addresses.noteAnswer();
      },
    },
    doubtLog: own.doubts,
    authorize,
    clock,
    memory: await own.breaker({ fileId, baseUrl, onError: (err) => log.warn({ err }, 'breaker state') }),
    restMs: Math.max(restMs, lease.restMs),
    refusal: lease.refusal,
    address,
    observer: refusals.watch(logged(observer, log)),
    directory,
  });
  const { gate, contactDirectory } = amo;
  const { jobs, addresses, recallPast, stop, settle } = openJobs(shared, {
    ...{ own, amo, journal, lease, baseUrl, batchSize, log },
    others: past.others,
  });

  return {
    id,
    amo,
    journal,
    jobs,
    recallPast,
    version: lease.version,
    lease,
    isLost: () => lease.refusal() !== undefined,
    patient: {
      gate,
      fieldMap: settings.fieldMap,
      access: accessFacts,
      refusals: refusals.lastHour,
      directory: () => ({ ...contactDirectory.status(), isOn: directory !== undefined, mended }),
    },
    consent: consentOf(settings, gate.takeCode, clock),
    start() {
      gate.start();
      jobs.start();
    },
    async isAtRest() {
      const { held, waiting } = gate.load();
      return held === 0 && waiting === 0 && journal.isAtRest() && (await own.jobs.load()).open === 0;
    },
    stop() {
      stop();
      void gate.stop();
    },
    giveUp(reason) {
      jobs.giveUp(reason);
      gate.giveUp(reason);
    },
    async close() {
      await settle();
      await contactDirectory.stop();
      // A token renewal in flight must reach the journal.
      await gate.stop();
      journal.close();
      await own.settle();
    },
  };
}
