import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';

const packages = {
  '': { name: 'project', dependencies: { used: '1.0.0' } },
  'node_modules/used': { version: '1.0.0' },
};
const script = join(import.meta.dirname, '../../docker/audit.ts');

t.test('a registry that knows of nothing', async (t) => {
  const answer = await audit(t, (_request, response) => response.end('{}'));
  t.strictSame(answer, { code: 0, output: 'npm audit: no known vulnerability\n' });
});

t.test('a registry that knows of a vulnerability', async (t) => {
  const advisory = { id: 1, url: 'https://advisories.example/1', title: 'Bad', severity: 'high', cwe: [] };
  const advisories = { used: [{ ...advisory, vulnerable_versions: '<2.0.0' }] };
  const versions = { '1.0.0': { name: 'used', version: '1.0.0' }, '2.0.0': { name: 'used', version: '2.0.0' } };
  const { code, output } = await audit(t, ({ url }, response) =>
    response.end(JSON.stringify(url === '/used' ? { name: 'used', 'dist-tags': {}, versions } : advisories)),
  );
  t.strictSame([code, output], [1, 'npm audit: used 1.0.0 is vulnerable: high\n']);
});

t.test('a registry without that service is no failure, and not silent', async (t) => {
  const { code, output } = await audit(t, (_request, response) => response.writeHead(405).end());
  t.equal(code, 0);
  t.match(output, /^npm audit: the registry gave no answer, nothing was checked \(405 Method Not Allowed .*\)\n$/);
});

/** What the script says where npm's registry is a server of ours. */
async function audit(t: Test, registry: RequestListener): Promise<{ code: unknown; output: string }> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    registry(request.resume(), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const directory = t.testdir({
    'package.json': JSON.stringify(packages['']),
    'package-lock.json': JSON.stringify({ name: 'project', lockfileVersion: 3, packages }),
  });
  const settings = {
    npm_config_registry: `http://127.0.0.1:${Object(server.address()).port}/`,
    npm_config_cache: join(directory, 'cache'),
    npm_config_noproxy: '127.0.0.1',
    npm_config_fetch_retries: '0',
  };
  return new Promise((resolve) => {
    const options = { cwd: directory, env: { ...process.env, ...settings } };
    const child = execFile(process.execPath, [script], options, (_error, stdout) =>
      resolve({ code: child.exitCode, output: stdout }),
    );
  });
}
