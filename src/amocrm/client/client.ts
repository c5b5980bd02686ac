import ky from 'ky';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../clock.ts';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path below the origin, e.g. `/api/v4/contacts`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  body?: unknown;
  /** Ids of the requests to this service that it is made for; amoCRM does not see them. */
  askedBy?: readonly string[];
}

/** What a request is called where it is spoken of, e.g. `PATCH leads`. */
function nameOfRequest({ method, path }: UpstreamRequest): string {
  return `${method} ${path.replace(/^\/api\/v4\//, '')}`;
}

interface Head {
  /** What was asked, e.g. `PATCH leads`. */
  asked: string;
  status: number;
  retryAfter: string | null;
  /** The server's clock, as the header has it. */
  date: string | null;
}

/** Each way in which a call can end. None of them is thrown: what an end means is decided in `outcomes.ts`. */
export type Outcome =
  /** A JSON body came with the status. */
  | ({ kind: 'json'; body: unknown } & Head)
  /** No body: 204, amoCRM's word for "nothing". */
  | ({ kind: 'nothing' } & Head)
  /** A body that is no JSON: a gateway's HTML page. */
  | ({ kind: 'page' } & Head)
  /** amoCRM points to another address; it is not followed, so that the token stays with the account's own host. */
  | ({ kind: 'redirect'; host: string } & Head)
  /** The status came, the body was cut or is broken JSON. */
  | ({ kind: 'cut'; cause: unknown } & Head)
  /** No connection, so nothing was sent. */
  | { kind: 'not-sent'; detail: string; cause: unknown }
  /** The connection broke after the request may have gone out. */
  | { kind: 'dropped'; detail: string; cause: unknown }
  | { kind: 'timeout'; cause: unknown }
  | { kind: 'aborted'; cause: unknown };

export interface ClientOptions {
  baseUrl: string;
  /** Milliseconds for one call, the body included. */
  timeoutMs: number;
  clock: Clock;
}

export type Client = ReturnType<typeof createClient>;

/**
 * One call to amoCRM's HTTP API: authentication, time-out, and the reading of whatever comes back.
 * Knows no entity, never retries (the gate does), follows no redirect: the token stays with the account's own host.
 */
export function createClient({ baseUrl, timeoutMs, clock }: ClientOptions) {
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
      return await readOutcome(response, nameOfRequest(request));
    } catch (cause) {
      if (timeout.signal.aborted) return { kind: 'timeout', cause };
      if (signal?.aborted === true) return { kind: 'aborted', cause };
      return brokenConnection(cause);
    } finally {
      cancel();
    }
  };
}

const userAgent = `amocrm-steps/${packageJson.version}`;

async function readOutcome(response: Response, asked: string): Promise<Outcome> {
  const { status, headers } = response;
  const head = { asked, status, retryAfter: headers.get('retry-after'), date: headers.get('date') };
  try {
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      return { kind: 'redirect', host: hostOf(response), ...head };
    }
    const text = await response.text();
    if (text === '') return { kind: 'nothing', ...head };
    if (!/\bjson\b/i.test(headers.get('content-type') ?? '')) return { kind: 'page', ...head };
    return { kind: 'json', body: JSON.parse(text), ...head };
  } catch (cause) {
    return { kind: 'cut', cause, ...head };
  }
}

/** Where a redirect leads; nothing but the host, since an address can hold what is nobody's business. */
function hostOf({ headers, url }: Response): string {
  return URL.parse(headers.get('location') ?? '', url)?.host ?? 'nowhere';
}

/** Codes of failures that come before the first byte is sent; ECONNRESET is one of them only while connecting. */
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
  const detail = [syscall, code].filter((part) => part !== '').join(' ') || 'the connection failed';
  return { kind: unsent ? 'not-sent' : 'dropped', detail, cause };
}

/** The innermost error: ky wraps fetch's TypeError, which wraps the socket's error (or several of one host name). */
function rootCause(error: unknown): { code?: string; syscall?: string } {
  if (error instanceof AggregateError) return rootCause(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return rootCause(error.cause);
  return typeof error === 'object' && error !== null ? error : {};
}
