import http, { type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { self } from '../cluster/membership.ts';
import type { Owner } from '../cluster/replica-table.ts';
import { digestOfBody, type Signature } from '../cluster/signature.ts';
import { digestOfHeaders, entrance, passedHeaders, vouchHeader } from './passed.ts';

const answerHeaders = [
  'content-type',
  'content-language',
  'vary',
  'retry-after',
  'location',
  'idempotency-replayed',
  'preference-applied',
  'content-security-policy',
  'referrer-policy',
];

/** Every answer of a replica has the id of the request that it is for. */
const idHeader = 'x-request-id';

export interface Sending {
  account: string;
  request: FastifyRequest;
  /** Milliseconds that are left until its deadline. */
  leftMs: number;
  signal: AbortSignal;
  /** Aborts once another replica has the account: what this one has not taken is taken back. */
  lost?: AbortSignal;
}

export interface PassedAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** What has become of a request that was sent to an owner. */
export type Attempt = PassedAnswer | 'unsent' | 'broken';

export const noBody = Buffer.alloc(0);
const emptyObject = Buffer.from('{}');

/** Makes what sends a request to another replica, or to this one anew, as it came. */
export function createSender({ inject }: Pick<FastifyInstance, 'inject'>, signature: Signature) {
  return (to: Owner | typeof self, { account, request, leftMs, signal, lost }: Sending): Promise<Attempt> => {
    const { method, url, headers, caller, scope, sentBody = noBody } = request;
    const { deletionsSeen } = request.asked;
    const { host = '' } = headers;
    // An owner begins once it has the body: without one it would begin before anybody knows that it has.
    const isBare = method === 'DELETE' && sentBody.length === 0;
    const body = isBare ? emptyObject : sentBody;
    const digest = digestOfBody(body);
    const passed = passedHeaders.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const sent = {
      ...Object.fromEntries(passed),
      ...(isBare ? { 'content-type': 'application/json' } : {}),
      [idHeader]: request.id,
    };
    const vouched = {
      method,
      url,
      host,
      account,
      caller,
      scope,
      deletionsSeen,
      leftMs: Math.max(1, Math.ceil(leftMs)),
      digest,
      headers: digestOfHeaders(sent),
    };
    const asked = {
      method,
      headers: { ...sent, [vouchHeader]: signature.sign({ ...vouched, to: to === self ? to : to.id }) },
      body,
      signal,
      lost,
    };
    return to === self ? askSelf(inject, entrance + url, asked) : ask(`${to.url}${entrance}${url}`, asked);
  };
}

interface Asked {
  method: string;
  headers: Record<string, string>;
  body: Buffer;
  signal: AbortSignal;
  lost: AbortSignal | undefined;
}

/**
 * A body goes out once the other has said that it takes it: what breaks before was certainly not done, even if the other
 * stands still and comes back. Connections are kept, and one that the other closes at this moment breaks.
 */
function ask(url: string, { method, headers, body, signal, lost }: Asked): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const { request } = url.startsWith('https:') ? https : http;
  const isCareful = method !== 'GET';
  let isTaken = !isCareful;
  const fail = () => resolve(isTaken ? 'broken' : 'unsent');
  const lengths = isCareful ? { 'content-length': String(body.length), expect: '100-continue' } : {};
  const asked = request(url, { method, headers: { ...headers, ...lengths }, signal });
  asked.on('error', fail);
  asked.on('continue', () => {
    isTaken = true;
    asked.end(body);
  });
  asked.on('response', (answer) => {
    const { statusCode: status = 0, headers: given } = answer;
    // A replica that is gone may have left its address to another program.
    if (given[idHeader] !== headers[idHeader]) {
      fail();
      asked.destroy();
      return;
    }
    buffer(answer).then((body) => resolve({ status, headers: given, body }), fail);
  });
  // Whoever has taken it may be at work on it, and answers; without a body the headers are all that it takes.
  const takeBack = () => {
    if (!isTaken && body.length > 0) asked.destroy();
  };
  if (lost?.aborted) takeBack();
  lost?.addEventListener('abort', takeBack, { once: true });
  if (isCareful) asked.flushHeaders();
  else asked.end();
  return promise;
}

function askSelf(
  inject: FastifyInstance['inject'],
  url: string,
  { method, headers, body, signal }: Asked,
): Promise<Attempt> {
  const asked = inject({ method: method === 'GET' ? 'GET' : 'POST', url, headers, payload: body, signal });
  return asked.then(
    ({ statusCode: status, headers, rawPayload: body }) => ({ status, headers, body }),
    () => 'broken',
  );
}

export function giveAnswer({ status, headers, body }: PassedAnswer, reply: FastifyReply): FastifyReply {
  for (const name of answerHeaders) {
    const value = headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  return reply.code(status).send(body);
}
