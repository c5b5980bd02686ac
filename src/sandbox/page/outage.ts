import type { FaultRule } from '../faults/rules.ts';
import type { World } from '../world.ts';
import { html, type Markup } from './markup.ts';

const OUTAGE: FaultRule = { times: Number.POSITIVE_INFINITY, action: { kind: 'status', status: 503 } };

/** Every request to the API is answered with 503, as when amoCRM is down. */
export function takeDown({ faults }: World): void {
  if (!faults.rules.some(isOutage)) faults.add(OUTAGE);
}

/** Everything works again: no fault of any kind is left. */
export function bringUp({ faults }: World): void {
  faults.clear();
}

/** What the page says of it, with the button for the other state. */
export function outageNotice({ faults }: World): Markup {
  if (!faults.rules.some(isOutage)) {
    return html`<form method="post" action="/down"><button id="outage">Отключить amoCRM</button></form>`;
  }
  return html`<div class="alarm"><p role="alert">«amoCRM» отключён: на каждый запрос отвечает ошибкой.</p>
    <form method="post" action="/up"><button id="outage">Включить amoCRM</button></form></div>`;
}

/** Whether a rule fails every request, whoever has added it. */
function isOutage({ times, action, skip, every, ...filters }: FaultRule): boolean {
  const isForAll = times === Number.POSITIVE_INFINITY && skip === undefined && every === undefined;
  return isForAll && Object.keys(filters).length === 0 && action.kind === 'status' && action.status >= 500;
}
