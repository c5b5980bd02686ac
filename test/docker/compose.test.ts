import { readFile } from 'node:fs/promises';
import t from 'tap';
import packageJson from '../../package.json' with { type: 'json' };
import { Environment } from '../../src/config/environment.ts';

t.test('Compose hands every setting to the service, but for those that are the image’s own', async (t) => {
  const compose = await readFile(new URL('../../docker/compose.yaml', import.meta.url), 'utf8');
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const handed = [...compose.matchAll(/^ {6}([A-Z_]+): \$\{\1:-\}$/gm)].map(([, name]) => name);
  const own = [...dockerfile.matchAll(/\b([A-Z_]+)=/g)].map(([, name]) => name);
  t.strictSame(new Set([...handed, ...own]), new Set(Object.keys(Environment.properties)));
  t.strictSame(own, ['HOST', 'PORT', 'DATA_DIR']);
});

t.test('The image starts the service as npm start does', async (t) => {
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  t.equal(JSON.parse(command).join(' '), packageJson.scripts.start);
});
