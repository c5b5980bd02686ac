import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { digestOfBody, type Signature } from '../cluster/signature.ts';
import { accessMessages } from '../messages/access.ts';
import { Problem } from '../problems/problem.ts';

/** Where replicas pass requests on to: no route of its own, and in no document. */
export const entrance = '/_cluster';
export const vouchHeader = 'amocrm-steps-vouched';

export type Entrance = ReturnType<typeof createEntrance>;

/** Who asks. */
export type Asker = Pick<FastifyRequest, 'caller' | 'scope' | 'accounts'>;

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
    /** Who asks, of a request that was passed on. Throws UNAUTHORIZED where no replica vouches for it. */
    vouchedFor(request: FastifyRequest): Asker | undefined {
      if (!passed.has(request.raw)) return undefined;
      const found = verify(String(request.headers[vouchHeader]));
      if (found === undefined || found.method !== request.method || found.url !== request.url) throw unsigned();
      passed.set(request.raw, found.digest);
      request.headers.host = found.host;
      return { caller: found.caller, scope: found.scope, accounts: [found.account] };
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
