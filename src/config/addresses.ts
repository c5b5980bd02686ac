import { isIPv4, isIPv6 } from 'node:net';
import { notPublic } from '../jobs/callbacks/not-public.ts';
import { accountMessages } from '../messages/access.ts';
import { callbackMessages } from '../messages/jobs.ts';
import { joined, type Message, nothing } from '../messages/message.ts';
import { paramTails } from '../messages/params.ts';
import { expectedParts } from '../messages/settings.ts';
import { cut } from '../text/names.ts';
import { invalid, type SettingError } from './setting-error.ts';

/** Whether a host name or an address (IPv6 with or without brackets) is loopback. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || (isIPv4(name) && name.startsWith('127.')) || (isIPv6(name) && name === '::1');
}

/**
 * The host name in a `Host` header, normalized as in a URL: without port and final dot, lower case, punycode, IPv6
 * shortened in brackets. Undefined where it is not valid.
 */
export function hostName(host: string): string | undefined {
  const address = `http://${host}`;
  if (/[\s/\\?#@]/.test(host) || !URL.canParse(address)) return undefined;
  return new URL(address).hostname.replace(/\.$/, '');
}

/** The origin of amoCRM's account. Throws SettingError. */
export function parseBaseUrl(text: string, allowHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (detail = nothing): SettingError => {
    const mayHoldSecret = text.includes('@');
    return invalid('AMO_BASE_URL', expectedParts.origin(exampleOrigin, detail), mayHoldSecret ? undefined : text);
  };
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw refuse();
  if (!isOrigin(url)) throw refuse(expectedParts.bareOrigin);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHttp) {
    throw refuse(expectedParts.httpsOrigin);
  }
  return url.origin;
}

/** Domains whose subdomains are accounts. */
const amoDomains = ['amocrm.ru', 'amocrm.com', 'kommo.com'];

/**
 * The origin of an account that came by HTTP, on amoCRM's domains or one of the hosts; or what is wrong with it: whoever
 * may send it must not make the service call any address at all.
 */
export function judgeAccountUrl(text: string, hosts: readonly string[]): { origin: string } | { fault: Message } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || !isOrigin(url)) {
    return { fault: named(accountMessages.originDue(exampleOrigin), text) };
  }
  const { protocol, hostname, origin, port } = url;
  const isAllowed = hosts.includes(hostname);
  const isWhole = !hostname.split('.').includes('');
  const isAmo = isWhole && amoDomains.some((domain) => hostname.endsWith(`.${domain}`)) && port === '';
  if (!isAllowed && !isAmo) return { fault: named(accountMessages.otherHost(amoDomains.join(', ')), text) };
  if (protocol === 'http:' && !(isAllowed && isLoopback(hostname)))
    return { fault: named(accountMessages.httpsDue, text) };
  return { origin };
}

/** Beside the address itself, unless it may hold a secret: a user's password, a token. */
function named(fault: Message, address: string): Message {
  return /[@?#]/.test(address) ? fault : joined([fault, paramTails.sent(`"${cut(address)}"`)]);
}

const exampleOrigin = 'https://example.amocrm.ru';

export function isOrigin({ pathname, search, hash, username, password }: URL): boolean {
  return pathname === '/' && search === '' && hash === '' && username === '' && password === '';
}

/**
 * The address of a callback, or what is wrong with it. An address behind a name is judged when it is connected to; hosts that
 * are named may have any.
 */
export function judgeCallbackUrl(text: string, hosts: readonly string[]): { url: string } | { fault: Message } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return { fault: callbackMessages.addressDue('https://bot.example.com/amo') };
  }
  const { protocol, hostname, username, password, hash } = url;
  if (username !== '' || password !== '' || hash !== '') return { fault: callbackMessages.plainAddress };
  const isNamed = hosts.includes(hostname);
  if (protocol === 'http:' && !(isNamed && isLoopback(hostname))) return { fault: callbackMessages.httpsDue };
  if (!isNamed && isNotPublic(hostname)) return { fault: callbackMessages.privateAddress };
  return { url: url.href };
}

function isNotPublic(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIPv4(name)) return notPublic.check(name);
  if (isIPv6(name)) return notPublic.check(name, 'ipv6');
  return /(^|\.)localhost\.?$/.test(name);
}

type HostsSetting = 'ALLOWED_HOSTS' | 'AMO_HOSTS' | 'CALLBACK_HOSTS';

/** Throws SettingError. */
export function parseHosts(name: HostsSetting, text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : entriesOf(text).map((entry) => parseHost(name, entry));
}

/** Throws SettingError. */
export function parseOrigins(text = ''): string[] {
  return entriesOf(text).map(parseOrigin);
}

function parseHost(setting: string, entry: string): string {
  const name = hostName(isIPv6(entry) ? `[${entry}]` : entry);
  const hasPort = /:\d*$/.test(entry) && !isIPv6(entry);
  if (name !== undefined && name !== '' && !hasPort && !name.includes('*')) return name;
  throw invalid(setting, expectedParts.hosts, entry);
}

function parseOrigin(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : undefined;
  const isOrigin = url !== undefined && url.href === `${url.origin}/` && !url.hostname.includes('*');
  if (isOrigin && /^https?:$/.test(url.protocol)) return url.origin;
  throw invalid('ALLOWED_ORIGINS', expectedParts.origins, entry);
}

function entriesOf(list: string): string[] {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
