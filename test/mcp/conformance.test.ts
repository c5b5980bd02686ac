import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import t from 'tap';
import { startService } from '../fixtures/service.ts';

t.setTimeout(120_000);
const suite = join(import.meta.dirname, '../../node_modules/.bin/conformance');

/** Scenarios of the protocol's own suite, with the checks in them that do not apply here. */
const scenarios: Record<string, string[]> = {
  'server-initialize': [],
  ping: [],
  'tools-list': [],
  'dns-rebinding-protection': [],
  'http-header-validation': [],
  'server-stateless': [
    // These call tools that only a server made for the suite has.
    'sep-2575-server-rejects-undeclared-capability',
    'sep-2575-missing-capability-http-400',
    'sep-2575-http-server-no-independent-requests-on-stream',
    'sep-2575-server-no-log-without-loglevel',
    // The list of tools never changes while the process runs, so there is nothing to subscribe to.
    'sep-2575-server-sends-subscription-ack',
    'sep-2575-server-tags-subscription-id',
  ],
  // There are tools alone, no prompts and no resources.
  caching: [
    'sep-2549-prompts-list-caching-hints',
    'sep-2549-resources-list-caching-hints',
    'sep-2549-resources-templates-list-caching-hints',
  ],
};

t.test('the protocol’s conformance suite, as far as it applies', async (t) => {
  const { app } = await startService(t);
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/mcp`;
  for (const [scenario, other] of Object.entries(scenarios)) {
    const checks = checksIn(await run(['server', '--url', url, '--scenario', scenario]));
    t.ok(
      checks.some(({ result }) => result === 'SUCCESS'),
      scenario,
    );
    const failed = checks.filter(({ result }) => result === 'FAILURE').map(({ id }) => id);
    t.strictSame([...new Set(failed)].sort(), other.toSorted(), `${scenario}: what fails`);
  }
});

function checksIn(output: string): { id: string; result: string }[] {
  const lines = stripVTControlCharacters(output).matchAll(/^\S+ \[(?<id>[\w-]+) *\] (?<result>[A-Z]+)/gm);
  return [...lines].map(({ groups: { id = '', result = '' } = {} }) => ({ id, result }));
}

/** It ends with 1 where a check has failed. */
function run(args: string[]): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, [suite, ...args], (_error, stdout) => resolve(stdout)));
}
