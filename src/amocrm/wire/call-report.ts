import type { Outcome, UpstreamRequest } from '../client/client.ts';
import type { OutcomeKind } from '../client/outcomes.ts';
import type { CallReport } from './observer.ts';

/** A batch may be of very many. */
const shownRequests = 20;

/** What may be told of a call: nothing of whom it was about. */
export function describeCall(
  { method, path, body, query = [], askedBy = [] }: UpstreamRequest,
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
    items: Array.isArray(body) ? body.length : query.filter(([name]) => name === 'filter[id][]').length,
    waited_ms: Math.round(waitedMs),
    duration_ms: Math.round(tookMs),
    reqIds: [...new Set(askedBy)].slice(0, shownRequests),
  };
}

/** For metrics, so one of a bounded set: paths are made here, and ids in them count as one. */
function entityOf(path: string): string {
  if (path === '/oauth2/access_token') return 'tokens';
  return path.replace('/api/v4/', '').replaceAll(/\d+/g, '{id}');
}
