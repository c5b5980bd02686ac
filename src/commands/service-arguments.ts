import { parseArgs } from 'node:util';
import { keptByNpm } from './kept-by-npm.ts';

export interface ServiceArguments {
  /** The address of the service, where one is given. */
  url: string | undefined;
  words: string[];
}

/** Whether that is the address of a service: `localhost:8080` is one of another kind. */
export function isServiceUrl(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}

/**
 * Reads the words after a command that asks a service, and its `--url`. Where no "--" stands before that flag npm keeps it,
 * and its value is the last word. Throws where something is missing, or another flag is there.
 */
export function readServiceArguments(): ServiceArguments {
  const { values, positionals: words } = parseArgs({ allowPositionals: true, options: { url: { type: 'string' } } });
  const kept = keptByNpm('url');
  if (values.url !== undefined || kept !== 'true') return { url: values.url ?? kept, words };
  const url = words.pop();
  if (url === undefined) throw new Error('--url has no value');
  return { url, words };
}
