import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import t from 'tap';

const redocly = createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
const config = join(import.meta.dirname, 'redocly.yaml');
const committed = join(import.meta.dirname, '../../openapi/openapi.json');
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

interface Finding {
  ruleId: string;
  message: string;
  location: { pointer: string }[];
}

function lint(document: string): Promise<{ failed: boolean; report: string }> {
  return new Promise((resolve) => {
    const words = [redocly, 'lint', document, `--config=${config}`, '--format=json'];
    execFile(process.execPath, words, { env, maxBuffer: 2 ** 26 }, (error, report) => {
      resolve({ failed: error !== null, report });
    });
  });
}

/** A query parameter asks for this answer, and OpenAPI cannot bind an answer to a query parameter. */
const expected = ['no-unused-components: Component: "FlatAnswer" is never used. #/components/schemas/FlatAnswer'];

t.test('Redocly finds nothing else in the OpenAPI document', async (t) => {
  const { failed, report } = await lint(committed);
  const { problems }: { problems: Finding[] } = JSON.parse(report);
  t.strictSame(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    expected,
  );
  t.notOk(failed);
});

t.test('it would find what is wrong', async (t) => {
  const broken = readFileSync(committed, 'utf8').replace('#/components/schemas/Problem', '#/components/schemas/Nobody');
  const { failed, report } = await lint(join(t.testdir({ 'openapi.json': broken }), 'openapi.json'));
  t.ok(failed);
  t.match(report, /no-unresolved-refs/);
});
