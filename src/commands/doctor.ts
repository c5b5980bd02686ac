import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { Registry } from '@prometheus-io/client';
import Fastify, { type FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { openAccounts } from '../accounts/open-accounts.ts';
import { systemClock } from '../clock.ts';
import { parseAdminKeys, parseApiKeys } from '../config/api-keys.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { useEnvFile } from '../config/env-file.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { readSecret } from '../config/secrets.ts';
import { examine } from '../doctor/examine.ts';
import { type Examined, examineAll } from '../doctor/examine-all.ts';
import { wordsOf } from '../doctor/words-of.ts';
import { createShutdown } from '../http/shutdown.ts';
import { accessMessages } from '../messages/access.ts';
import { commandMessages } from '../messages/commands.ts';
import { verbatim } from '../messages/message.ts';
import { Problem } from '../problems/problem.ts';
import { checkOf } from '../schemas/check.ts';
import { language, Refusal, refuse } from './terminal.ts';

/** Milliseconds before the first call: those of a process that has just ended still count. */
const restMs = 1_250;
/** Milliseconds for the answer of a service that runs: longer than it takes to ask amoCRM. */
const patienceMs = 60_000;

/** Addresses to listen on that are all of a machine's, and what to ask instead. */
const anyHosts = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

const Told = checkOf(
  Type.Object({
    status: Type.String(),
    checks: Type.Array(
      Type.Object({
        status: Type.String(),
        title: Type.String(),
        detail: Type.String(),
        action: Type.String(),
        account: Type.Optional(Type.String()),
      }),
    ),
  }),
);
const problem = checkOf(Type.Object({ code: Type.String(), detail: Type.String() }));
type Told = ReturnType<typeof Told.parse>;

try {
  const told = await look();
  process.stdout.write(`${told.checks.map(lineOf).join('\n')}\n`);
  if (told.status === 'fail') process.exitCode = 1;
} catch (error) {
  refuse('doctor', error);
}

/** Asks the service that runs; where none does, looks by itself, as the service would at its start. */
async function look(): Promise<Told> {
  const given = readUrl();
  useEnvFile();
  const settings = readEnvironment(process.env);
  const host = anyHosts.get(settings.HOST) ?? settings.HOST;
  // Asking needs a key alone; the account is that of the service.
  const asked = await ask(given ?? `http://${isIPv6(host) ? `[${host}]` : host}:${settings.PORT}`, keyIn(settings));
  if (asked !== undefined) return asked;
  if (given !== undefined) throw new Refusal(commandMessages.unreachable(given));
  return lookAlone(loadConfig(process.env));
}

/** The key to show: an admin's, else a caller's that may read. */
function keyIn(settings: Environment): string | undefined {
  const [admin] = parseAdminKeys(readSecret(settings, 'ADMIN_KEYS')?.text);
  const callers = parseApiKeys(readSecret(settings, 'API_KEYS')?.text);
  return (admin ?? callers.find(({ scope }) => scope !== 'metrics'))?.key;
}

function readUrl(): string | undefined {
  try {
    return parseArgs({ options: { url: { type: 'string' } } }).values.url;
  } catch {
    throw new Refusal(commandMessages.doctorUsage);
  }
}

/** Undefined where nobody answers. */
async function ask(url: string, key: string | undefined): Promise<Told | undefined> {
  if (!URL.canParse(url)) throw new Refusal(commandMessages.badUrl(url));
  const headers = {
    'accept-language': language(),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const signal = AbortSignal.timeout(patienceMs);
  const inTime = () => {
    if (signal.aborted) throw new Refusal(commandMessages.slow(url, patienceMs / 1000));
    return undefined;
  };
  const answer = await fetch(new URL('/doctor', url), { headers, signal }).catch(inTime);
  if (answer === undefined) return undefined;
  const told: unknown = await answer.json().catch(inTime); // Another program may answer there.
  if (Told.accepts(told)) return told;
  if (problem.accepts(told)) throw new Refusal(verbatim(`${url}: ${told.code}: ${told.detail}`));
  throw new Refusal(commandMessages.stranger(url, '/doctor', answer.status));
}

async function lookAlone(config: Config): Promise<Told> {
  // Never made ready: no job is carried out and no token renewed but for what is asked here.
  const app = Fastify({ logger: false });
  // The service's timers keep no process alive: its sockets do.
  const alive = setInterval(() => {}, 60_000);
  try {
    return wordsOf(await examineHere(app, config), language());
  } finally {
    clearInterval(alive);
    await app.close();
  }
}

async function examineHere(app: FastifyInstance, config: Config): Promise<Examined> {
  const shutdown = createShutdown();
  const clock = systemClock;
  const shared = { config, clock, registry: new Registry(), lockWaitMs: 0, restMs, shutdown };
  const { only, admin, use, inspect } = await openAccounts(app, shared);
  const ids = only === undefined ? (await admin.list()).map(({ record }) => record.id) : [only];
  const deadlineMs = config.amo.timeoutMs * 3;
  return examineAll({
    ids,
    namesAccounts: only === undefined,
    async examine(id) {
      const used = await use(id);
      if (used === undefined) throw new Problem('ACCOUNT_NOT_FOUND', accessMessages.accountGone(id));
      return examine(used.account.patient, { clock, deadlineMs, shutdown: shutdown.signal }).finally(used.end);
    },
    inspect,
    strays: config.strays,
    clock,
  });
}

function lineOf({ status, title, detail, action, account }: Told['checks'][number]): string {
  const about = account === undefined ? title : `${account}: ${title}`;
  return `${status.padEnd(4)}  ${about}: ${detail}${action === '' ? '' : `\n      → ${action}`}`;
}
