import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/sandbox.ts';
import { start } from '../start.ts';

const preferredPort = 8080;
const preferredSandboxPort = 8081;

const dataDir = mkdtempSync(join(tmpdir(), 'amocrm-steps-demo-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));

// With the paid add-on for filters, so that every example of the documentation can be tried.
const sandbox = await startSandbox({ filterAddon: true, port: await freePort(preferredSandboxPort) });
const address = await start({
  AMO_BASE_URL: sandbox.url,
  AMO_ACCESS_TOKEN: sandbox.token,
  PORT: process.env.PORT || String(await freePort(preferredPort)),
  DATA_DIR: dataDir,
  LOG_LEVEL: 'warn',
});

if (address === undefined) await sandbox.close();
else {
  sandbox.linkDocs(`${address}/docs`);
  introduce(address);
}

function introduce(address: string): void {
  process.stdout.write(`
This is a demo: the service with a sandbox behind it that behaves like amoCRM. Nothing leaves this machine,
and all data is gone when you stop it with Ctrl+C.

  Swagger UI     ${address}/docs
  The sandbox    ${sandbox.url}/        (what has arrived in "amoCRM")

Try it:

  curl -s ${address}/steps/amocrm_create_lead -H 'content-type: application/json' -d '{"params": {"name": "Заявка из бота", "price": 50000, "contact_id": 12345}}'

With -H 'prefer: respond-async' the answer is a job at once, carried out later even if amoCRM is down now; GET /jobs lists
them. Swagger UI shows both.

`);
}

/** The port if it is free, else one that the system picks. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}
