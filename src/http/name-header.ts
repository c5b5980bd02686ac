import { joined, type Message } from '../messages/message.ts';
import { paramTails } from '../messages/params.ts';
import { cut } from '../text/names.ts';

/**
 * What is wrong with a header, and its value: cut, since anyone may send it, and with ? for all but visible ASCII and
 * spaces.
 */
export function nameHeader(fault: Message, value: string | undefined): Message {
  if (value === undefined) return fault;
  return joined([fault, paramTails.sent(`"${cut(value.replace(/[^ -~]/g, '?'))}"`)]);
}
