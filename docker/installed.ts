import { readFileSync } from 'node:fs';

export interface LockFile {
  name: string;
  version: string;
  packages: Record<string, LockEntry>;
}

interface LockEntry {
  version?: string;
  license?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** A package that the image holds. */
export interface Installed {
  name: string;
  version: string;
  /** The licence's SPDX name, or `none`. */
  licence: string;
  integrity: string;
}

export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
}

/**
 * What the image installs, by name and version. `npm sbom --omit dev` would not do: it leaves out what a development
 * package uses too.
 */
export function listInstalled({ packages }: LockFile): Installed[] {
  const omitted = ({ dev, optional, devOptional }: LockEntry) => dev || optional || devOptional;
  const installed = Object.entries(packages).filter(([path, entry]) => path !== '' && !omitted(entry));
  const byName = new Map(
    installed.map(([path, { version = '', license = 'none', integrity = '' }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [`${name} ${version}`, { name, version, licence: license, integrity }];
    }),
  );
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
