import type { Outcome, UpstreamRequest } from '../client/client.ts';
import type { OutcomeKind } from '../client/outcomes.ts';
import { entityTypes, parentTypes } from '../shapes/entities.ts';
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

const entities = new Set<string>([
  'account',
  ...parentTypes.flatMap((type) => [type, `${type}/notes`]),
  ...entityTypes.map((type) => `${type}/custom_fields`),
]);

/** One of a bounded set, for it is a label of metrics. */
function entityOf(path: string): string {
  if (path === '/oauth2/access_token') return 'tokens';
  const list = path.replace('/api/v4/', '');
  return entities.has(list) ? list : 'other';
}
