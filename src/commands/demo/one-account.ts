import { demoMessages } from '../../messages/demo.ts';
import { start } from '../../start.ts';
import { terminalLanguage } from '../../terminal.ts';
import { openSandbox, passingSettings } from './surroundings.ts';

/** The service with one account: no key is needed. */
export async function demonstrateOne(): Promise<void> {
  const sandbox = await openSandbox();
  const settings = await passingSettings();
  const address = await start({ ...settings, AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token });
  if (address === undefined) return sandbox.close();
  sandbox.linkDocs(`${address}/docs`);
  const post = "-H 'content-type: application/json' -d";
  const text = demoMessages.one(
    address,
    sandbox.url,
    `curl -s ${address}/steps/amocrm_create_lead ${post} '{"params": {"name": "Заявка из бота", "price": 50000, "contact_id": 12345}}'`,
    `curl -X POST ${sandbox.url}/_sandbox/faults -d '{"times": null, "action": {"kind": "status", "status": 503}}'`,
    `curl -X DELETE ${sandbox.url}/_sandbox/faults`,
  );
  process.stdout.write(text[terminalLanguage()]);
}
