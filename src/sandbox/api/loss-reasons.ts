import { type Answer, hal, noContent, notFound } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { LossReason } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';

export const lossReasonRoutes: Routes = {
  '/api/v4/leads/loss_reasons': { GET: list },
  '/api/v4/leads/loss_reasons/:id': { GET: get },
};

export function lossReasonView(reason: LossReason, call: Call) {
  return { ...reason, updated_at: reason.created_at, _links: link(call, `leads/loss_reasons/${reason.id}`) };
}

function list(call: Call): Answer {
  const reasons = [...call.store.lossReasons.values()].map((reason) => lossReasonView(reason, call));
  if (reasons.length === 0) return noContent();
  const _links = link(call, 'leads/loss_reasons');
  return hal({ _total_items: reasons.length, _links, _embedded: { loss_reasons: reasons } });
}

function get(call: Call): Answer {
  const reason = call.store.lossReasons.get(idAt(call, 0));
  if (reason === undefined) throw notFound('Loss reason not found');
  return hal(lossReasonView(reason, call));
}
