import { accepted, fieldMessages, momentHints } from '../../../messages/fields.ts';
import { joined } from '../../../messages/message.ts';
import { Problem } from '../../../problems/problem.ts';
import { cut } from '../../../text/names.ts';
import type { Amo } from '../../amo.ts';
import type { PathOf } from '../../directories/resolve.ts';
import { type Moment, nextDay, readMoment, sameDay } from '../../fields/moment.ts';

/** When a task is due, as callers give it: a moment, or seconds from now. */
export interface Deadline {
  complete_till?: number | string;
  complete_in?: number;
}

/** The time at which a day ends for tasks, as in amoCRM's own window. */
const endOfDay = '23:59';

/**
 * When the task is due, unix seconds; undefined where that is not given. Errors: INVALID_REQUEST, before anything is
 * asked of amoCRM; those of reads.
 */
export async function deadlineOf(
  amo: Amo,
  { complete_till: given, complete_in }: Deadline,
  pathOf: PathOf,
): Promise<number | undefined> {
  if (complete_in !== undefined) return now(amo) + complete_in;
  if (given === undefined) return undefined;
  const { precision, seconds } = momentOf(given, 'UTC', pathOf);
  if (precision === 'exact') return seconds;
  const zone = await amo.timeZone(amo.operation);
  const local = momentOf(given, zone, pathOf);
  return precision === 'day' ? sameDay(local.seconds, zone, endOfDay) : local.seconds;
}

/**
 * The end of today in the account's time zone, by amoCRM's clock, or of tomorrow in the last minute of a day: nothing is
 * due before it is made. Unix seconds. Errors: those of reads.
 */
export async function endOfToday(amo: Amo): Promise<number> {
  const zone = await amo.timeZone(amo.operation);
  const today = sameDay(now(amo), zone, endOfDay);
  return today > now(amo) ? today : nextDay(now(amo), zone, endOfDay);
}

function momentOf(given: number | string, zone: string, pathOf: PathOf): Moment {
  const moment = readMoment(given, zone);
  if ('seconds' in moment && moment.seconds > 0) return moment;
  const hint = 'seconds' in moment ? momentHints.before1970 : moment.hint;
  const message = joined([fieldMessages.momentDue(accepted.moment, cut(String(given))), hint]);
  const fault = { path: pathOf('complete_till'), message, code: 'INVALID_REQUEST' } as const;
  throw new Problem(fault.code, message, { faults: [fault] });
}

function now(amo: Amo): number {
  return Math.floor(amo.gate.serverTime().latest);
}
