import type { Unsorted } from '../store/unsorted.ts';
import { type Call, link } from './call.ts';

export function unsortedLink({ uid }: Unsorted, call: Call) {
  return link(call, `leads/unsorted/${uid}`);
}

/** What came with a request: ids alone. */
export function embeddedView({ lead_id, contact_id, company_id }: Unsorted, call: Call) {
  const view = (kind: string, id: number | null) => (id === null ? [] : [{ id, _links: link(call, `${kind}/${id}`) }]);
  return {
    contacts: view('contacts', contact_id),
    leads: view('leads', lead_id),
    companies: view('companies', company_id),
  };
}
