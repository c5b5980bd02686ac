import type { Message } from '../messages/message.ts';
import { Problem } from '../problems/problem.ts';

/** This replica may not work for the account: what is asked of it is to be passed on. */
export class Elsewhere extends Problem {
  constructor(text: Message, cause?: unknown) {
    super('OVERLOADED', text, { retryAfter: 1, ...(cause === undefined ? {} : { cause }) });
  }
}
