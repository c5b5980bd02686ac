import { accepted, fieldMessages, momentHints } from '../../../messages/fields.ts';
import { joined } from '../../../messages/message.ts';
import { type Fault, problemOfFaults } from '../../../problems/problem.ts';
import { ruleOf } from '../../../schemas/rules.ts';
import { cut } from '../../../text/names.ts';
import type { Amo } from '../../amo.ts';
import { ownPath, type PathOf } from '../../directories/resolve.ts';
import { type Moment, nextDay, readMoment, sameDay } from '../../fields/moment.ts';

/** When a task is due, as callers give it: a moment, or seconds from now. */
export interface Deadline {
  complete_till?: number | string;
  complete_in?: number;
}

/** The time at which a day ends for tasks, as in amoCRM's own window. */
const endOfDay = '23:59';

/** A deadline is a moment, whatever the account's time zone. */
export const deadlineRule = ruleOf<Pick<Deadline, 'complete_till'>>(['complete_till'], (params) =>
  deadlineFaults(params, ownPath),
);

/** The fault of a deadline that is no moment. */
export function deadlineFaults({ complete_till: given }: Pick<Deadline, 'complete_till'>, pathOf: PathOf): Fault[] {
  const read = given === undefined ? undefined : readDue(given, 'UTC', pathOf);
  return read !== undefined && 'message' in read ? [read] : [];
}

/** When the task is due, unix seconds; undefined where that is not given. Errors: those of reads. */
export async function deadlineOf(
  amo: Amo,
  { complete_till: given, complete_in }: Deadline,
  pathOf: PathOf,
): Promise<number | undefined> {
  if (complete_in !== undefined) return now(amo) + complete_in;
  if (given === undefined) return undefined;
  const { precision, seconds } = due(given, 'UTC', pathOf);
  if (precision === 'exact') return seconds;
  const zone = await amo.timeZone(amo.operation);
  const local = due(given, zone, pathOf);
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

/** Throws for what is before 1970 in that zone alone, beside what `deadlineRule` refuses. */
function due(given: number | string, zone: string, pathOf: PathOf): Moment {
  const read = readDue(given, zone, pathOf);
  if ('message' in read) throw problemOfFaults([read]);
  return read;
}

function readDue(given: number | string, zone: string, pathOf: PathOf): Moment | Fault {
  const moment = readMoment(given, zone);
  if ('seconds' in moment && moment.seconds > 0) return moment;
  const hint = 'seconds' in moment ? momentHints.before1970 : moment.hint;
  const message = joined([fieldMessages.momentDue(accepted.moment, cut(String(given))), hint]);
  return { path: pathOf('complete_till'), message, code: 'INVALID_REQUEST' };
}

function now(amo: Amo): number {
  return Math.floor(amo.gate.serverTime().latest);
}
