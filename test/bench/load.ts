import { Agent, request } from 'node:http';
import type { Target } from './creates.ts';

export interface Load {
  ms: number;
  /** How often each status came. */
  statuses: Map<number, number>;
}

/** Makes creates `from` to `from + total`, so many at a time over kept connections; the next one when one is answered. */
export async function closedLoop(target: Target, from: number, total: number, atATime: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: atATime });
  const statuses = new Map<number, number>();
  let next = from;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(total, atATime) }, async () => {
      while (next < from + total) {
        const status = await post(target, next++, agent);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  const ms = performance.now() - began;
  agent.destroy();
  return { ms, statuses };
}

/** Gives the status; `onSent` is told when the request has left this process. */
export function post(target: Target, number: number, agent: Agent, onSent?: () => void): Promise<number> {
  const { url, headers, bodyOf } = target;
  const body = bodyOf(number);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    if (onSent !== undefined) outgoing.once('finish', onSent);
    outgoing.end(body);
  });
}
