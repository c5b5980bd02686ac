import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killTheOwners } from '../fixtures/kills.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';

/** amoCRM's limit, calls in one second. */
const rateLimit = 7;
const settings = { AMO_BATCH_SIZE: '8', AMO_TIMEOUT_MS: '2000', AMO_RATE_LIMIT: String(rateLimit) };

/** Kills owner after owner of three real replicas, with real seconds and leases; whether nothing was lost, doubled or too fast. */
export async function killReplicas(kills: number, say: (line: string) => void): Promise<boolean> {
  const ends: (() => unknown)[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'amocrm-steps-'));
  const program = { teardown: (end: () => unknown) => void ends.push(end), testdir: () => directory };
  try {
    const url = await createDatabase(program);
    if (url === undefined) throw new Error(noPostgres);
    const options = { kills, callers: 200, isReal: true, env: settings };
    const { violations, ...counts } = await killTheOwners(program, url, options);
    say(JSON.stringify(counts));
    for (const violation of violations) say(`violation: ${violation}`);
    if (counts.sentAgain === 0) say('no kill has met anybody at work');
    return violations.length === 0 && counts.most <= rateLimit && counts.sentAgain > 0;
  } finally {
    // What began last ends first.
    for (const end of ends.toReversed()) await end();
    rmSync(directory, { recursive: true, force: true });
  }
}
