import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import { createCached } from '../amocrm/operation/cached.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import { type Check, checkIds, checkStatuses, warn } from '../doctor/check.ts';
import type { DirectoryFacts } from '../doctor/data-directory.ts';
import type { DatabaseFacts } from '../doctor/database.ts';
import { examine } from '../doctor/examine.ts';
import { examineAll } from '../doctor/examine-all.ts';
import type { Stray } from '../doctor/settings.ts';
import { wordsOf } from '../doctor/words-of.ts';
import { type Account, type Accounts, isAllowed, nameAccount, noSuchAccount } from '../http/account.ts';
import type { Asked } from '../http/asked.ts';
import { speak } from '../http/language.ts';
import { serviceFailures } from '../http/reference/failure-codes.ts';
import { failure } from '../http/reference/failure-responses.ts';
import { wherever } from '../http/wherever.ts';
import { accessMessages } from '../messages/access.ts';
import { accountWords } from '../messages/doctor.ts';
import { Problem } from '../problems/problem.ts';
import { cut } from '../text/names.ts';

export interface DoctorOptions {
  accounts: Accounts;
  /** Ids of all accounts, where they are managed by HTTP. */
  ids(): Promise<string[]>;
  /** Undefined where a file keeps what there is. */
  askDatabase(): Promise<DatabaseFacts | undefined>;
  inspect(): Promise<DirectoryFacts>;
  strays: readonly Stray[];
  /** Milliseconds for all that is asked of amoCRM about one account. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock?: Clock;
}

/** Milliseconds for which what was found is told again. */
const keptMs = 10_000;

const CheckDocument = Type.Object({
  id: Type.Enum([...checkIds], { type: 'string', description: 'What was looked at; for programs.' }),
  status: Type.Enum([...checkStatuses], {
    type: 'string',
    description: '`fail`: steps do not work, or soon will not; `warn`: worth a look.',
  }),
  title: Type.String({ description: 'What was looked at; for people.' }),
  detail: Type.String({ description: 'What was found.' }),
  action: Type.String({ description: 'What to do; "" where there is nothing to do.' }),
  account: Type.Optional(Type.String({ description: 'The account that it is about, where there are several.' })),
});

const DoctorDocument = Type.Object(
  {
    status: Type.Enum([...checkStatuses], { type: 'string', description: 'The worst of the checks.' }),
    checked_at: Type.String({ format: 'date-time', description: 'When it was looked at.' }),
    checks: Type.Array(CheckDocument, { description: 'What was looked at: of the account, then of the process.' }),
  },
  {
    description: 'What is wrong or soon will be, and what to do.',
    examples: [
      {
        status: 'warn',
        checked_at: '2026-12-01T09:30:00.000Z',
        checks: [
          {
            id: 'account',
            status: 'ok',
            title: 'amoCRM answers',
            detail: 'amoCRM answers and accepts the token: "Студия" (studio)',
            action: '',
          },
          {
            id: 'settings',
            status: 'warn',
            title: 'Settings',
            detail: 'Nobody reads AMO_RATELIMIT (AMO_RATE_LIMIT?)',
            action: 'Correct the name, or take the variable away',
          },
        ],
      },
    ],
  },
);

/** `GET /doctor`: the checks of the accounts of the key, and of the process. */
export const doctor = fp(
  async (app: FastifyInstance, options: DoctorOptions) => {
    const { accounts, ids, askDatabase, inspect, strays, deadlineMs, shutdown, clock = systemClock } = options;
    const { only, use } = accounts;
    const found = new WeakMap<Account, ReturnType<typeof createCached<Check[]>>>();

    async function examineOne(id: string, asked: Asked): Promise<Check[]> {
      const used = await use(id, asked);
      if (used === undefined) throw new Problem('ACCOUNT_NOT_FOUND', accessMessages.unknownAccount(cut(id)));
      const { account, end } = used;
      const look = () => examine(account.patient, { clock, deadlineMs, shutdown });
      const kept = found.get(account) ?? createCached(look, { ttlMs: keptMs, deadlineMs, clock });
      found.set(account, kept);
      const maxAgeMs = Math.min(keptMs, account.consent?.ageMs() ?? Number.POSITIVE_INFINITY);
      return kept({ signal: shutdown }, maxAgeMs).finally(end);
    }

    /** Of several those that other replicas have are not looked at. */
    async function examineHere(id: string, asked: Asked): Promise<Check[]> {
      try {
        return await examineOne(id, asked);
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
        return [{ id: 'account', ...warn(accountWords.elsewhere, accountWords.nameElsewhere) }];
      }
    }

    /** Other failures are found by the look. */
    async function refuseElsewhere(id: string, asked: Asked): Promise<void> {
      try {
        (await use(id, asked))?.end();
      } catch (error) {
        if (error instanceof Elsewhere) throw error;
      }
    }

    async function wantedOf(request: FastifyRequest): Promise<readonly string[]> {
      const isAdmin = request.scope === 'admin';
      const named = nameAccount(request, only);
      if (named === undefined) return isAdmin ? ids() : (request.accounts ?? ids());
      if (!isAdmin && !isAllowed(request, named)) {
        throw noSuchAccount(request, named);
      }
      return [named];
    }

    app.get(
      '/doctor',
      {
        config: { isDiagnosis: true },
        schema: {
          operationId: 'doctor',
          tags: ['Service'],
          summary: 'Says what is wrong or soon will be, and what to do.',
          description:
            'Looks at the account (does amoCRM answer, when does access end, are the mapped fields there, are webhooks switched ' +
            'off, the clock, refusals of the last hour), at the database of `DATABASE_URL`, at `DATA_DIR` and at the settings. Always 200; `status` is the worst of ' +
            'the checks. At most eight calls to amoCRM for an account, which wait until nobody else does; what was found is told ' +
            'again for 10 seconds. With several accounts those of the key, 20 at most; `Amocrm-Account` names one. ' +
            'In Russian with `Accept-Language: ru`. `npm run doctor` prints the same.',
          response: { 200: DoctorDocument, default: failure([...serviceFailures, 'ACCOUNT_NOT_FOUND', 'OVERLOADED']) },
        },
      },
      async (request, reply) => {
        const namesAccounts = only === undefined;
        const database = await askDatabase();
        const { asked } = request;
        const look = async (ids: readonly string[], examineBy: typeof examineOne) =>
          wordsOf(
            await examineAll({
              ids,
              namesAccounts,
              examine: (id) => examineBy(id, asked),
              database,
              inspect,
              strays,
              clock,
            }),
            speak(request, reply),
          );
        // Without it nobody knows which accounts there are, and who has them.
        if (database?.fault !== undefined) return look([], examineOne);
        const wanted = await wantedOf(request);
        const [id, ...more] = wanted;
        if (id === undefined || more.length > 0) return look(wanted, examineHere);
        return wherever(app, id, reply, async () => {
          await refuseElsewhere(id, asked);
          return look(wanted, examineOne);
        });
      },
    );
  },
  { name: 'doctor', fastify: '5.x', dependencies: ['auth', 'problems'] },
);
