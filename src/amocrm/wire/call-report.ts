import { nameOfPath } from '../client/call-facts.ts';
import type { Outcome, UpstreamRequest } from '../client/client.ts';
import type { OutcomeKind } from '../client/kind-of.ts';
import type { CallReport } from './observer.ts';

/** Request ids in a report at most: a batch may have very many. */
const shownRequests = 20;

/** The report of a call for the log and the metrics, with the shape of its path: no personal data. */
export function describeCall(
  { method, body, query = [], askedBy = [] }: UpstreamRequest,
  path: string,
  outcome: Outcome,
  ended: OutcomeKind,
  { waitedMs, tookMs }: { waitedMs: number; tookMs: number },
): CallReport {
  return {
    method,
    path,
    entity: entityOf(path),
    ...('status' in outcome ? { status: outcome.status } : {}),
    ended,
    items: method === 'GET' ? query.filter(([name]) => name === 'filter[id][]').length : [body ?? {}].flat().length,
    waited_ms: Math.round(waitedMs),
    duration_ms: Math.round(tookMs),
    reqIds: [...new Set(askedBy)].slice(0, shownRequests),
  };
}

/** A metric label, so its values are bounded. */
function entityOf(path: string): string {
  return path === '/oauth2/access_token' ? 'tokens' : nameOfPath(path);
}
