import ky from 'ky';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { type Message, verbatim } from '../../messages/message.ts';
import { type FactsOf, nameOfPath } from './call-facts.ts';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path below the origin, e.g. `/api/v4/contacts`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: unknown;
  /** Ids of the requests to this service that the call is made for; not sent to amoCRM. */
  askedBy?: readonly string[];
}

interface Head {
  /** What was asked, e.g. `PATCH leads`, `GET users/{id}`. */
  asked: string;
  /** See `CallFacts`. */
  right?: Message;
  feature?: Message;
  status: number;
  retryAfter: string | null;
  /** The `Date` header of the answer. */
  date: string | null;
  /** Of a block: seconds until amoCRM is asked again; see `wire.ts`. */
  probeInSeconds?: number | undefined;
}

/** The raw outcome of a call. None is thrown: `outcomes.ts` decides what each means. */
export type Outcome =
  | ({ kind: 'json'; body: unknown } & Head)
  /** A status without a body: 204, "nothing". */
  | ({ kind: 'nothing' } & Head)
  /** A status with a body that is not JSON, e.g. a gateway's HTML page. */
  | ({ kind: 'page' } & Head)
  /** A 403 that was a page, though the account answers: one right is missing, nothing is blocked. See `wire.ts`. */
  | ({ kind: 'unpermitted' } & Head)
  /** A redirect. It is not followed, so that the token is sent to the account's own host only. */
  | ({ kind: 'redirect'; host: string } & Head)
  /** A status with a body that is cut or is broken JSON. */
  | ({ kind: 'cut'; cause: unknown } & Head)
  /** No connection, so nothing was sent. */
  | { kind: 'not-sent'; detail: Message; cause: unknown }
  | { kind: 'dropped'; detail: Message; cause: unknown }
  | { kind: 'timeout'; cause: unknown }
  | { kind: 'aborted'; cause: unknown };

export interface ClientOptions {
  baseUrl: string;
  /** Milliseconds for one call, the body included. */
  timeoutMs: number;
  clock: Clock;
  factsOf: FactsOf;
}

export type Client = ReturnType<typeof createClient>;

/**
 * Makes one call to amoCRM's HTTP API: adds the token, applies the time-out, reads whatever comes back. Knows no
 * entity, never retries (the gate does), follows no redirect, so that the token is sent to the account's own host only.
 */
export function createClient({ baseUrl, timeoutMs, clock, factsOf }: ClientOptions) {
  /** `onFirstByte` is called when amoCRM begins to answer, before the body is read. */
  return async function send(
    request: UpstreamRequest,
    token?: string,
    signal?: AbortSignal,
    onFirstByte = () => {},
  ): Promise<Outcome> {
    const timeout = new AbortController();
    const cancel = clock.after(timeoutMs, () => timeout.abort());
    const signals = signal === undefined ? [timeout.signal] : [timeout.signal, signal];
    try {
      const response = await ky(new URL(request.path, baseUrl), {
        method: request.method,
        searchParams: (request.query ?? []).map((pair) => [...pair]),
        ...(request.body === undefined ? {} : { json: request.body }),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          accept: 'application/json',
          'user-agent': userAgent,
        },
        signal: AbortSignal.any(signals),
        timeout: false,
        retry: 0,
        throwHttpErrors: false,
        redirect: 'manual',
      });
      onFirstByte();
      const { shape, ...facts } = factsOf(request);
      return await readOutcome(response, { asked: `${request.method} ${nameOfPath(shape)}`, ...facts });
    } catch (cause) {
      if (timeout.signal.aborted) return { kind: 'timeout', cause };
      if (signal?.aborted === true) return { kind: 'aborted', cause };
      return brokenConnection(cause);
    } finally {
      cancel();
    }
  };
}

/** A page of 250 entities with many custom fields has 2 to 3 MB. */
const maxBodyBytes = 16 * 1024 * 1024;
/** How the service names itself. */
export const userAgent = `amocrm-steps/${packageJson.version}`;

async function readOutcome(response: Response, asked: Pick<Head, 'asked' | 'right' | 'feature'>): Promise<Outcome> {
  const { status, headers } = response;
  const head = { ...asked, status, retryAfter: headers.get('retry-after'), date: headers.get('date') };
  try {
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      return { kind: 'redirect', host: hostOf(response), ...head };
    }
    const text = await readText(response);
    if (text === '') return { kind: 'nothing', ...head };
    if (!/\bjson\b/i.test(headers.get('content-type') ?? '')) return { kind: 'page', ...head };
    return { kind: 'json', body: JSON.parse(text), ...head };
  } catch (cause) {
    return { kind: 'cut', cause, ...head };
  }
}

/** The body as text. Throws where it is larger than amoCRM's answers are; the rest is then not read. */
async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`The answer is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The host that a redirect points to. The rest of the address may hold private data. */
function hostOf({ headers, url }: Response): string {
  return URL.parse(headers.get('location') ?? '', url)?.host ?? 'nowhere';
}

/** Error codes of failures before the first byte is sent; ECONNRESET is one of them only while connecting. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function brokenConnection(cause: unknown): Outcome {
  const { code = '', syscall = '' } = rootCause(cause);
  const unsent =
    neverSent.has(code) ||
    syscall === 'connect' ||
    /^(ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
  const known = [syscall, code].filter((part) => part !== '').join(' ');
  const detail = known === '' ? callMessages.connectionFailed : verbatim(known);
  return { kind: unsent ? 'not-sent' : 'dropped', detail, cause };
}

/** The innermost error: ky wraps fetch's TypeError, which wraps the socket's error (or several of one host name). */
function rootCause(error: unknown): { code?: string; syscall?: string } {
  if (error instanceof AggregateError) return rootCause(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  return typeof error === 'object' && error !== null ? error : {};
}
