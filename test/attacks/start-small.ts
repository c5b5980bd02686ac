import type { Test } from 'tap';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type ServiceProcess, startProcess } from '../fixtures/service-process.ts';

/** The service in a process of its own with a heap of 600 MB, and the sandbox behind it. */
export async function startSmall(
  t: Pick<Test, 'teardown' | 'testdir'>,
  env: Record<string, string> = {},
): Promise<ServiceProcess & { sandbox: Sandbox }> {
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0 });
  t.teardown(() => sandbox.close());
  const service = await startProcess(t, {
    AMO_BASE_URL: sandbox.url,
    AMO_ACCESS_TOKEN: sandbox.token,
    AMO_RATE_LIMIT: '50',
    DATA_DIR: t.testdir(),
    NODE_OPTIONS: '--max-old-space-size=600',
    ...env,
  });
  return { ...service, sandbox };
}
