import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startMany } from '../fixtures/many-accounts.ts';

/** What an open account that nobody uses takes, and how long it takes to open one: `node test/accounts/memory.ts 500`, with a contact directory each. */
const count = Number(process.argv[2] ?? 500);
const most = 150 * 1024;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const ends: (() => Promise<unknown>)[] = [];
const many = await startMany(
  { teardown: (end) => void ends.push(end) },
  { sandboxes: { one: {} }, env: { DIRECTORY: 'on' } },
);
const ids = Array.from({ length: count }, (_, index) => `account-${index}`);
const { url, token } = many.sandbox('one');
for (const id of [...ids, 'warm']) {
  await many.admin('PUT', `/accounts/${id}`, { base_url: url, access: { access_token: token } });
}
const platform = await many.caller('platform');
const open = (id: string) => platform.call('GET', '/jobs', undefined, { 'amocrm-account': id });
await open('warm');
const before = await heap();
const began = performance.now();
for (const id of ids) await open(id);
const tookMs = performance.now() - began;
const { heapUsed, rss } = await heap();
const each = (heapUsed - before.heapUsed) / count;
process.stdout.write(
  `${count} accounts open: ${kib(each)} of heap each, ${kib((rss - before.rss) / count)} of RSS each, ` +
    `${(tookMs / count).toFixed(2)} ms to open one\n`,
);
if (each > most) {
  process.stderr.write(`More than ${kib(most)} of heap each\n`);
  process.exitCode = 1;
}
for (const end of ends.reverse()) await end();

async function heap(): Promise<NodeJS.MemoryUsage> {
  // What is held by promises and timers that have just ended goes with a later collection.
  for (let round = 0; round < 5; round += 1) {
    collect();
    await sleep(50);
  }
  return process.memoryUsage();
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
