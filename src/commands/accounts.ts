import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { parseAdminKeys } from '../config/api-keys.ts';
import { useEnvFile } from '../config/env-file.ts';
import { readEnvironment } from '../config/environment.ts';
import { readSecret } from '../config/secrets.ts';
import { commandMessages } from '../messages/commands.ts';
import { jsonReason } from '../messages/json.ts';
import { inEach, type Message, verbatim } from '../messages/message.ts';
import { checkOf } from '../schemas/check.ts';
import { terminalLanguage } from '../terminal.ts';
import { faultOfJson } from '../text/json-fault.ts';
import { ListedAccount, stateOf } from './account-state.ts';
import { Refusal, refuse } from './refusal.ts';
import { ownUrl, readServiceArguments } from './service-arguments.ts';

const accountList = checkOf(Type.Object({ accounts: Type.Array(ListedAccount) }));
const accountFile = checkOf(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())));
const newKey = checkOf(Type.Object({ key: Type.String() }));
const problem = checkOf(Type.Object({ code: Type.String(), detail: Type.String() }));

/** What the service has refused for its own sake: the next one may be taken. */
class Refused extends Refusal {}

try {
  await run();
} catch (error) {
  refuse('accounts', error);
}

async function run(): Promise<void> {
  useEnvFile();
  const { url, words } = readServiceArguments(commandMessages.accountsUsage);
  const work = workOf(words);
  const settings = readEnvironment(process.env);
  const [admin] = parseAdminKeys(readSecret(settings, 'ADMIN_KEYS')?.text);
  if (admin === undefined) throw new Refusal(commandMessages.settingsDue(commandMessages.adminKeyDue, 'accounts'));
  await work({ url: url ?? ownUrl(settings), key: admin.key });
}

function workOf([command, first, ...others]: readonly string[]): (service: Service) => Promise<void> {
  if (command === 'list' && first === undefined) return list;
  if (command === 'put' && first !== undefined && others.length === 0) return (service) => put(service, first);
  if (command === 'key' && first !== undefined) return (service) => addKey(service, first, others);
  throw new Refusal(commandMessages.accountsUsage);
}

interface Service {
  url: string;
  key: string;
}

async function list(service: Service): Promise<void> {
  const { accounts } = accountList.parse(await ask(service, 'GET', '/accounts'));
  for (const account of accounts) {
    const { id, base_url, open_jobs } = account;
    const told = [stateOf(account), commandMessages.openJobs(open_jobs)];
    print([id, base_url, ...told.map((text) => text[terminalLanguage()])].join('\t'));
  }
}

/** Puts every account of a file: what `PUT /accounts/{id}` takes, by its id. One that is refused keeps back no other. */
async function put(service: Service, file: string): Promise<void> {
  const accounts = readAccounts(file);
  const due = new Set(Object.keys(accounts));
  const refused: Message[] = [];
  const notPut = (faults: Message[]) =>
    new Refusal(
      commandMessages.notPut(
        inEach((language) => faults.map((fault) => fault[language]).join('; ')),
        [...due].join(', '),
      ),
    );
  for (const [id, account] of Object.entries(accounts)) {
    try {
      await ask(service, 'PUT', `/accounts/${encodeURIComponent(id)}`, account);
      due.delete(id);
      print(commandMessages.isPut(id)[terminalLanguage()]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push(error.text);
      if (!(error instanceof Refused)) throw notPut(refused);
    }
  }
  if (due.size > 0) throw notPut(refused);
}

function readAccounts(file: string): Record<string, Record<string, unknown>> {
  const text = readText(file);
  const fault = faultOfJson(text);
  if (fault !== undefined)
    throw new Refusal(commandMessages.fileNotJson(file, fault.line, fault.column, jsonReason(fault.reason)));
  const accounts: unknown = JSON.parse(text);
  if (!accountFile.accepts(accounts) || Object.keys(accounts).length === 0) {
    throw new Refusal(commandMessages.fileIsNone(file));
  }
  return accounts;
}

function readText(file: string): string {
  try {
    // Windows editors may start a file with a byte order mark, which is not JSON.
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal(commandMessages.fileUnreadable(file, String(error.code)));
  }
}

async function addKey(service: Service, caller: string, accounts: readonly string[]): Promise<void> {
  const body = accounts.length === 0 ? { caller } : { caller, accounts };
  print(newKey.parse(await ask(service, 'POST', '/keys', body)).key);
  // Beside the key, which a script may read.
  const told = accounts.length === 0 ? commandMessages.keyForAll : commandMessages.keyFor(accounts.join(', '));
  process.stderr.write(`${told[terminalLanguage()]}\n`);
}

async function ask({ url, key }: Service, method: string, path: string, body?: object): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'accept-language': terminalLanguage(),
  };
  const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(new URL(path, url), sent).catch((cause: unknown) => {
    throw new Refusal(commandMessages.unreachable(url), { cause });
  });
  const told: unknown = await answer.json().catch(() => undefined); // Another program may answer there.
  if (answer.ok) return told;
  if (!problem.accepts(told)) throw new Refusal(commandMessages.stranger(url, path, answer.status));
  throw new Refused(verbatim(`${decodeURIComponent(path)}: ${told.code}: ${told.detail}`));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
