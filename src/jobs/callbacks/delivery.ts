import type { Clock } from '../../clock.ts';
import { deliveryMessages } from '../../messages/jobs.ts';
import type { Message } from '../../messages/message.ts';
import type { Job } from '../job.ts';
import { textOfJob } from '../job-document.ts';
import { keepText } from '../kept-text.ts';
import type { Callback, DeliveryEnd, OwedDelivery } from './callback-store.ts';
import type { PostEnd } from './post.ts';
import { signedHeaders } from './secret.ts';

/** Seconds from a failed delivery to the next: 28 hours in all. */
const delays = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];

/** Milliseconds that a delivery waits after no try, after one …. */
export function delaysMs({ second }: Pick<Clock, 'second'>): number[] {
  return [0, ...delays].map((seconds) => Math.ceil(seconds * second));
}

/** What is sent: the headers and the body of one delivery. */
export function requestOf({ account, job }: OwedDelivery, { secret, old }: Callback, at: number) {
  const ended = JSON.stringify(new Date(job.ended_at ?? at).toISOString());
  const body = `{"type":"job.${job.state}","timestamp":${ended},"data":${textOfJob(job, account, job.language)}}`;
  const secrets = old !== undefined && old.until > at ? [secret, old.secret] : [secret];
  return { body, headers: { 'content-type': 'application/json', ...signedHeaders({ id: job.id, at, body }, secrets) } };
}

/** What becomes of a delivery that was answered so, or not. */
export function judgeEnd(end: PostEnd, { callback_tries }: Job, { wall, second }: Clock): DeliveryEnd {
  const reason = failureOf(end);
  if (reason === undefined) return { state: 'delivered', at: null, failure: null };
  const failure = keepText(reason);
  const delay = isRefusal(end) ? undefined : delays[callback_tries];
  if (delay === undefined) return { state: 'failed', at: null, failure };
  return { state: 'pending', at: Math.ceil(wall() + delay * second), failure };
}

/** Whether the receiver wants no more deliveries at all. */
export function isRefusal(end: PostEnd): boolean {
  return 'status' in end && end.status === 410;
}

function failureOf(end: PostEnd): Message | undefined {
  if ('failure' in end) return end.failure;
  return end.status >= 200 && end.status < 300 ? undefined : deliveryMessages.answered(end.status);
}
