import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction, connect as openSocket, type Socket } from 'node:net';
import { connect as openTls } from 'node:tls';
import { deliveryMessages } from '../../messages/jobs.ts';
import { isMessage, type Message, verbatim } from '../../messages/message.ts';
import { notPublic } from './not-public.ts';

/** What a connection may be made to. */
interface Guard {
  /** Whether the host may have an address that is not public. */
  isTrusted: boolean;
  /** Tells the addresses of a host; for tests. */
  lookup?: LookupFunction | undefined;
}

export interface PostOptions extends Guard {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Ends it without an answer; the reason, a Message, is told as the failure. */
  signal: AbortSignal;
}

/** The status that was answered, or why there is no answer. */
export type PostEnd = { status: number } | { failure: Message };

/** Bytes of an answer that are read: nobody looks at them, but a connection should end in order. */
const maxAnswerBytes = 16_384;
/** Milliseconds that the rest of an answer gets once its status is known: it must not hold the place of another delivery. */
const restMs = 1000;

/**
 * Sends a POST on a connection of its own, and follows no redirect. The socket itself refuses addresses that are not public
 * right before it connects: a look-up before it could give another one (DNS rebinding).
 */
export function post({ headers, body, signal, ...options }: PostOptions): Promise<PostEnd> {
  const url = new URL(options.url);
  const { request: open } = url.protocol === 'http:' ? http : https;
  return new Promise((resolve) => {
    let end: PostEnd = { failure: deliveryMessages.ended };
    const request = open(url, { method: 'POST', headers, signal, createConnection: () => connect(url, options) });
    request.on('response', (response) => {
      end = { status: response.statusCode ?? 0 };
      const cut = setTimeout(() => request.destroy(), restMs);
      request.on('close', () => clearTimeout(cut));
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) request.destroy();
      });
    });
    request.on('error', (error) => {
      if ('failure' in end) end = { failure: reasonOf(error, signal) };
    });
    request.on('close', () => resolve(end));
    request.end(body);
  });
}

/** The socket of TLS would not look at the list: the one below it has to. */
function connect({ protocol, hostname, port }: URL, { isTrusted, lookup }: Guard): Socket {
  const host = hostname.replace(/^\[|\]$/g, '');
  const guard = { ...(isTrusted ? {} : { blockList: notPublic }), ...(lookup === undefined ? {} : { lookup }) };
  const isPlain = protocol === 'http:';
  const usualPort = isPlain ? 80 : 443;
  const socket = openSocket({ host, port: port === '' ? usualPort : Number(port), ...guard });
  return isPlain ? socket : openTls({ socket, host, servername: isIP(host) === 0 ? host : '' });
}

function reasonOf(error: Error, { aborted, reason }: AbortSignal): Message {
  if (aborted) return isMessage(reason) ? reason : verbatim(String(reason));
  if (!('code' in error)) return deliveryMessages.unconnected;
  return error.code === 'ERR_IP_BLOCKED' ? deliveryMessages.notPublic : deliveryMessages.failed(String(error.code));
}
