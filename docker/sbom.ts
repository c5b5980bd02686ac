/** `npm run --silent sbom` writes the image's bill of materials: CycloneDX, the same for the same lock file. */
import { type Installed, type LockFile, listInstalled, readLockFile } from './installed.ts';

export function billOfMaterials(lockFile: LockFile) {
  const { name, version } = lockFile;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': `${name}@${version}`, name, version } },
    components: listInstalled(lockFile).map(component),
  };
}

function component({ name, version, licence, integrity }: Installed) {
  const [, algorithm, digest = ''] = /^sha(\d+)-(.*)$/.exec(integrity) ?? [];
  return {
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ license: { id: licence } }],
    hashes: [{ alg: `SHA-${algorithm}`, content: Buffer.from(digest, 'base64').toString('hex') }],
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(billOfMaterials(readLockFile()), null, 2)}\n`);
