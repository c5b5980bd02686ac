import type { FastifyInstance, FastifyReply } from 'fastify';
import { Elsewhere } from '../cluster/elsewhere.ts';

/** Does work on an account here, or has the replica answer that has it: for routes that are not in an account. */
export async function wherever(
  { passOn }: FastifyInstance,
  account: string,
  reply: FastifyReply,
  work: () => Promise<unknown>,
): Promise<unknown> {
  let done: unknown;
  const here = async () => {
    done = await work();
    return true;
  };
  try {
    await here();
  } catch (error) {
    if (passOn === undefined || !(error instanceof Elsewhere)) throw error;
    await passOn(account, reply.request, reply, here);
  }
  // A reply that is awaited gives nothing, sent or not.
  return reply.sent ? reply : done;
}
