import { startFlags } from '../fixtures/start-command.ts';
import { type Core, type Running, start } from './processes.ts';
import type { BenchSandbox } from './sandbox.ts';

/** A fresh process of the service; `env` beside the address and token of the sandbox. */
export function startService(
  sandbox: BenchSandbox,
  env: Record<string, string> = {},
  metered = true,
  core: Core = 'measured',
): Promise<Running> {
  return start({
    script: 'src/server.js',
    flags: startFlags,
    core,
    env: { AMO_BASE_URL: sandbox.address, AMO_ACCESS_TOKEN: sandbox.token, ...env },
    ready: /"address":"([^"]+)".*"listening"/,
    metered,
  });
}

/** A bare Fastify whose requests wait until `POST /go`. */
export function startWaiting(): Promise<Running> {
  return start({ script: 'test/bench/bare-waiting.ts', core: 'measured', ready: /listening on (\S+)/ });
}

/** What is left of such a service when everything is left out. */
export function startProxy(sandbox: BenchSandbox, metered = true): Promise<Running> {
  return start({
    script: 'test/bench/bare-proxy.ts',
    core: 'measured',
    args: [sandbox.address, sandbox.token],
    ready: /listening on (\S+)/,
    metered,
  });
}
