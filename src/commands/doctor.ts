import { Type } from 'typebox';
import { parseAdminKeys, parseApiKeys } from '../config/api-keys.ts';
import { loadConfig } from '../config/config.ts';
import { useEnvFile } from '../config/env-file.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { readSecret } from '../config/secrets.ts';
import { wordsOf } from '../doctor/words-of.ts';
import { commandMessages } from '../messages/commands.ts';
import { verbatim } from '../messages/message.ts';
import { checkOf } from '../schemas/check.ts';
import { terminalLanguage } from '../terminal.ts';
import { lookAlone } from './look-alone.ts';
import { Refusal, refuse } from './refusal.ts';
import { ownUrl, readServiceArguments } from './service-arguments.ts';

/** Milliseconds for the answer of a service that runs: longer than it takes to ask amoCRM. */
const patienceMs = 60_000;

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
  const url = given ?? ownUrl(settings);
  // Asking needs a key alone; the account is that of the service.
  const asked = await ask(url, keyIn(settings));
  if (asked !== undefined) return asked;
  if (given !== undefined) throw new Refusal(commandMessages.unreachable(given));
  const told = wordsOf(await lookAlone(loadConfig(process.env)), terminalLanguage());
  process.stdout.write(`${commandMessages.lookedAlone(url)[terminalLanguage()]}\n`);
  return told;
}

/** The key to show: an admin's, else a caller's that may read. */
function keyIn(settings: Environment): string | undefined {
  const [admin] = parseAdminKeys(readSecret(settings, 'ADMIN_KEYS')?.text);
  const callers = parseApiKeys(readSecret(settings, 'API_KEYS')?.text);
  return (admin ?? callers.find(({ scope }) => scope !== 'metrics'))?.key;
}

function readUrl(): string | undefined {
  const { url, words } = readServiceArguments(commandMessages.doctorUsage);
  if (words.length > 0) throw new Refusal(commandMessages.doctorUsage);
  return url;
}

/** Undefined where nobody answers. */
async function ask(url: string, key: string | undefined): Promise<Told | undefined> {
  const headers = {
    'accept-language': terminalLanguage(),
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
  if (!problem.accepts(told)) throw new Refusal(commandMessages.stranger(url, '/doctor', answer.status));
  if (told.code === 'UNAUTHORIZED' && key === undefined)
    throw new Refusal(commandMessages.settingsDue(commandMessages.keyDue(url), 'settings'));
  throw new Refusal(verbatim(`${url}: ${told.code}: ${told.detail}`));
}

function lineOf({ status, title, detail, action, account }: Told['checks'][number]): string {
  const about = account === undefined ? title : `${account}: ${title}`;
  return `${status.padEnd(4)}  ${about}: ${detail}${action === '' ? '' : `\n      → ${action}`}`;
}
