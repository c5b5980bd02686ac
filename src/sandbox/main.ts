import { environmentOptions } from './environment.ts';
import { startSandbox } from './sandbox.ts';

const sandbox = await startSandbox(environmentOptions(process.env));
process.stdout.write(`amoCRM sandbox on ${sandbox.url} (token ${sandbox.token})\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => sandbox.close());
}
