import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';

const preferredPort = 8080;
const firstSandboxPort = 8081;

/** Settings for a service of which nothing is left when the process ends. */
export async function passingSettings(): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'amocrm-steps-demo-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return {
    PORT: process.env.PORT || String(await freePort(preferredPort)),
    DATA_DIR: directory,
    LOG_LEVEL: 'warn',
  };
}

/** With the paid add-on for filters, so that every example of the documentation can be tried. */
export async function openSandbox(place = 0, accountName?: string): Promise<Sandbox> {
  return startSandbox({ filterAddon: true, port: await freePort(firstSandboxPort + place), accountName });
}

/** The port if it is free, else one that the system picks. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}
