import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import type { Environment } from '../config/environment.ts';
import { commandMessages } from '../messages/commands.ts';
import type { Message } from '../messages/message.ts';
import { keptByNpm } from './kept-by-npm.ts';
import { Refusal } from './refusal.ts';

export interface ServiceArguments {
  /** The address of the service, where one is given. */
  url: string | undefined;
  words: string[];
}

/** Addresses to listen on that are all of a machine's, and what to ask instead. */
const anyHosts = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * Reads the words after a command that asks a service, and its `--url`. Where no "--" stands before that flag npm keeps it,
 * and its value is the last word. Throws a Refusal with the usage where something is missing, or another flag is there.
 */
export function readServiceArguments(usage: Message): ServiceArguments {
  const { values, positionals: words } = parsed(usage);
  const kept = keptByNpm('url');
  const isLast = values.url === undefined && kept === 'true';
  const url = isLast ? words.pop() : (values.url ?? kept);
  if (isLast && url === undefined) throw new Refusal(usage);
  // `localhost:8080` is an address of another kind.
  if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new Refusal(commandMessages.badUrl(url));
  }
  return { url, words };
}

function parsed(usage: Message) {
  try {
    return parseArgs({ allowPositionals: true, options: { url: { type: 'string' } } });
  } catch {
    throw new Refusal(usage);
  }
}

/** Where a service with these settings listens on this machine. */
export function ownUrl({ HOST, PORT }: Pick<Environment, 'HOST' | 'PORT'>): string {
  const host = anyHosts.get(HOST) ?? HOST;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${PORT}`;
}
