import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCrashes } from './crashes.ts';

/** Kills the real server as often as one likes: `node test/journal/long.ts --kills 20 --requests 1000 --seeds 1,2,3`. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    kills: { type: 'string', default: '20' },
    requests: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '8' },
    life: { type: 'string', default: '5000' },
  },
});
const script = join(import.meta.dirname, '../../src/server.js');
for (const seed of values.seeds.split(',').map(Number)) {
  const { kills, requests, clients, life } = values;
  const sizes = { kills: Number(kills), requests: Number(requests), clients: Number(clients), lifeMs: Number(life) };
  const report = await runCrashes({ seed, ...sizes, script });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
}
