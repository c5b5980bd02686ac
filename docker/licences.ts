/**
 * `npm run licences` lists what the image holds of other people's work: each package, its version and its licence, as
 * the lock file has them. Ends with 1 where a licence asks for more than to be named.
 */
import { type Installed, listInstalled, readLockFile } from './installed.ts';

/** Licences that allow any use as long as their text comes along; it does, in node_modules. */
const permissive = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

export function isPermissive({ licence }: Pick<Installed, 'licence'>): boolean {
  return permissive.includes(licence);
}

if (import.meta.main) {
  for (const entry of listInstalled(readLockFile())) {
    const { name, version, licence } = entry;
    process.stdout.write(`${name} ${version}: ${licence}\n`);
    if (isPermissive(entry)) continue;
    process.stderr.write(`${name} ${version}: ${licence} is not on the list in docker/licences.ts\n`);
    process.exitCode = 1;
  }
}
