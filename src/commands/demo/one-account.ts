import { start } from '../../start.ts';
import { openSandbox, passingSettings } from './surroundings.ts';

/** The service with one account: no key is needed. */
export async function demonstrateOne(): Promise<void> {
  const sandbox = await openSandbox();
  const settings = await passingSettings();
  const address = await start({ ...settings, AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token });
  if (address === undefined) return sandbox.close();
  sandbox.linkDocs(`${address}/docs`);
  process.stdout.write(`
This is a demo: the service with a sandbox behind it that behaves like amoCRM. Nothing leaves this machine,
and all data is gone when you stop it with Ctrl+C.

  Swagger UI     ${address}/docs
  The sandbox    ${sandbox.url}/        (what has arrived in "amoCRM")

Try it:

  curl -s ${address}/steps/amocrm_create_lead -H 'content-type: application/json' -d '{"params": {"name": "Заявка из бота", "price": 50000, "contact_id": 12345}}'

With -H 'prefer: respond-async' the answer is a job at once, carried out later even if amoCRM is down now; GET /jobs lists
them. Swagger UI shows both. A button on the sandbox's page takes its amoCRM down and up again; so do these:

  curl -X POST ${sandbox.url}/_sandbox/faults -d '{"times": null, "action": {"kind": "status", "status": 503}}'
  curl -X DELETE ${sandbox.url}/_sandbox/faults

Several accounts in one service: npm run demo -- --accounts

`);
}
