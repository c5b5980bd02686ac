import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { expectedSettings } from '../messages/settings.ts';
import { isOrigin } from './addresses.ts';
import type { Environment } from './environment.ts';
import { invalid } from './setting-error.ts';

type Addresses = NodeJS.Dict<Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[]>;

const anyAddress = ['0.0.0.0', '::'];

/** REPLICA_URL; without it the address that is listened on, and where that is all of them the first that others can reach. */
export function readReplicaUrl(
  { REPLICA_URL: given, HOST, PORT }: Pick<Environment, 'REPLICA_URL' | 'HOST' | 'PORT'>,
  addresses: Addresses = networkInterfaces(),
): string {
  if (given !== undefined) return readGiven(given);
  const outer = Object.values(addresses)
    .flatMap((own) => own ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  const host = anyAddress.includes(HOST) ? (outer?.address ?? '127.0.0.1') : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

function readGiven(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isOrigin(url)) return url.origin;
  throw invalid('REPLICA_URL', expectedSettings.REPLICA_URL, text.includes('@') ? undefined : text);
}
