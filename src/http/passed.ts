import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Membership } from '../cluster/membership.ts';
import { digestOfBody, type Signature } from '../cluster/signature.ts';
import { accessMessages } from '../messages/access.ts';
import { Problem } from '../problems/problem.ts';
import { misdirected } from './account.ts';
import type { Asked } from './asked.ts';

/** Where replicas pass requests on to: no route of its own, and in no document. */
export const entrance = '/_cluster';
export const vouchHeader = 'amocrm-steps-vouched';

/** The last two: an agent’s call is sent by the owner as if the caller had sent it. */
export const passedHeaders = [
  'content-type',
  'idempotency-key',
  'prefer',
  'accept-language',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'authorization',
  'x-api-key',
];
/** Those that are not passed on must not come in on the way. */
const vouchedHeaders = [...passedHeaders, 'x-request-id', 'amocrm-account', 'content-encoding'];

export function digestOfHeaders(headers: Readonly<IncomingHttpHeaders>): string {
  return digestOfBody(Buffer.from(JSON.stringify(vouchedHeaders.map((name) => headers[name] ?? null))));
}

export type Entrance = ReturnType<typeof createEntrance>;

/** Who asks, and for how long. */
export type Asker = Pick<FastifyRequest, 'caller' | 'scope' | 'accounts'> &
  Partial<Pick<Asked, 'deletionsSeen'> & Pick<FastifyRequest, 'leftMs'>>;

/** Lets in what other replicas pass on: as if it had come here, from a caller that they vouch for. */
export function createEntrance({ verify }: Pick<Signature, 'verify'>) {
  /** With the digests of their bodies, once these have been verified. */
  const passed = new WeakMap<IncomingMessage, string>();

  return {
    /** The address without the entrance. */
    rewriteUrl(raw: IncomingMessage): string {
      const { url = '/' } = raw;
      if (!url.startsWith(`${entrance}/`)) return url;
      passed.set(raw, '');
      return url.slice(entrance.length);
    },
    isPassed: ({ raw }: FastifyRequest): boolean => passed.has(raw),
    /**
     * Who asks, of a request that was passed on. Throws UNAUTHORIZED where no replica vouches for it, and what is answered to
     * misdirected ones where it is for another replica: that one alone knows whether it has been there before.
     */
    vouchedFor(request: FastifyRequest, { isSelf }: Pick<Membership, 'isSelf'>): Asker | undefined {
      if (!passed.has(request.raw)) return undefined;
      const { method, url, headers } = request;
      const found = verify(String(headers[vouchHeader]));
      if (found === undefined || found.method !== method || found.url !== url) throw unsigned();
      if (found.headers !== digestOfHeaders(headers)) throw unsigned();
      if (!isSelf(found.to)) throw misdirected();
      passed.set(request.raw, found.digest);
      request.headers.host = found.host;
      const { caller, scope, account, deletionsSeen, leftMs } = found;
      return {
        ...{ caller, scope, accounts: [account] },
        ...(deletionsSeen === undefined ? {} : { deletionsSeen }),
        ...(leftMs === undefined ? {} : { leftMs }),
      };
    },
    /** Throws UNAUTHORIZED where the body of a request that was passed on is not the one that was vouched for. */
    checkBody({ raw }: FastifyRequest, body: Uint8Array): void {
      const digest = passed.get(raw);
      if (digest !== undefined && digest !== digestOfBody(body)) throw unsigned();
    },
  };
}

function unsigned(): Problem {
  return new Problem('UNAUTHORIZED', accessMessages.notOfReplica);
}
