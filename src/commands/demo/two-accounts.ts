import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { demoMessages } from '../../messages/demo.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { checkOf } from '../../schemas/check.ts';
import { start } from '../../start.ts';
import { terminalLanguage } from '../../terminal.ts';
import { openSandbox, passingSettings } from './surroundings.ts';

const accounts = ['studio', 'garage'] as const;
const newKey = checkOf(Type.Object({ key: Type.String() }));

/** The service with two accounts that come by HTTP, a key for each, and one who manages them. */
export async function demonstrateTwo(): Promise<void> {
  const sandboxes = [await openSandbox(0), await openSandbox(1, 'Автосервис «Гараж»')];
  const adminKey = randomBytes(16).toString('hex');
  const { CALLBACK_HOSTS } = process.env;
  const address = await start({
    ...(await passingSettings()),
    ADMIN_KEYS: adminKey,
    SECRET_KEY: randomBytes(32).toString('base64'),
    AMO_HOSTS: '127.0.0.1',
    ...(CALLBACK_HOSTS === undefined ? {} : { CALLBACK_HOSTS }),
  });
  if (address === undefined) {
    for (const sandbox of sandboxes) await sandbox.close();
    return;
  }
  const ask = createAdmin(address, adminKey);
  const keys: string[] = [];
  for (const [place, id] of accounts.entries()) keys.push(await addAccount(id, sandboxes[place], ask));
  for (const sandbox of sandboxes) sandbox.linkDocs(`${address}/docs`);
  const [studio, garage] = keys;
  const lead = (name: string) =>
    `curl -s ${address}/steps/amocrm_create_lead -H 'content-type: application/json' -d '{"params": {"name": "${name}"}}'`;
  const lines = [
    `${lead('Заявка для студии')} -H 'authorization: Bearer ${studio}'`,
    `${lead('Заявка для гаража')} -H 'authorization: Bearer ${garage}' -H 'prefer: respond-async'`,
    `curl -s ${address}/jobs -H 'authorization: Bearer ${garage}'`,
    `curl -s ${address}/accounts -H 'authorization: Bearer ${adminKey}'`,
  ];
  const [first, second] = sandboxes.map(({ url }) => url);
  const text = demoMessages.several(
    address,
    String(first),
    String(second),
    accounts.map(callerOf).join(', '),
    lines.map((line) => `  ${line}`).join('\n'),
    CALLBACK_HOSTS,
  );
  process.stdout.write(text[terminalLanguage()]);
}

function callerOf(account: string): string {
  return `${account}-bot`;
}

type Ask = (method: 'PUT' | 'POST', path: string, body: object) => Promise<unknown>;

function createAdmin(address: string, key: string): Ask {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return async (method, path, body) => {
    const answer = await fetch(`${address}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
}

/** Puts the account of a sandbox; gives a key for it. */
async function addAccount(id: string, sandbox: Sandbox | undefined, ask: Ask): Promise<string> {
  await ask('PUT', `/accounts/${id}`, { base_url: sandbox?.url, access: { access_token: sandbox?.token } });
  return newKey.parse(await ask('POST', '/keys', { caller: callerOf(id), accounts: [id] })).key;
}
