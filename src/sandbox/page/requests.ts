import type { Arrival } from '../http/request-log.ts';
import type { Store } from '../store/store.ts';
import { FAULT_LABELS } from './labels.ts';
import { html, type Markup } from './markup.ts';
import { clockText } from './times.ts';

/** Characters of a body. */
const SHOWN = 20_000;

/** A request as one line, with its body and answer below it. */
export function requestItem({ record, time, answer }: Arrival, store: Store, number: number): Markup {
  const { method, path, query, status, fault, stored = [], body } = record;
  const mark = status >= 200 && status < 400 ? 'good' : 'bad';
  const what = query === '' ? path : `${path}?${query}`;
  const label = fault === undefined ? '' : html` <span class="fault">${labelOf(fault)}</span>`;
  return html`<li><details id="request-${number}">
    <summary id="line-${number}"><time>${clockText(time / 1000, store)}</time> <b>${method}</b>
      <span class="path">${what}</span> <span class="${mark}">${status || 'без ответа'}</span>${label}</summary>
    ${part('Запрос', body === undefined ? '' : textOf(body))}
    ${part('Ответ', answer === undefined ? '' : indented(answer))}
  </details>${stored.length === 0 ? '' : made(stored)}</li>`;
}

function part(title: string, text: string): Markup {
  if (text === '') return html`<p class="quiet">${title}: без тела</p>`;
  const start = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return html`<h3>${title}</h3><pre tabindex="0">${start}</pre>`;
}

const NAMED = 5;

function made(ids: readonly number[]): Markup {
  const links = ids.slice(0, NAMED).map((id) => html` <a href="#id-${id}">№ ${id}</a>`);
  const rest = ids.length > NAMED ? ` и ещё ${ids.length - NAMED}` : '';
  return html`<p class="made">Записано:${links}${rest}</p>`;
}

function labelOf(fault: string): string {
  return Object.entries(FAULT_LABELS).find(([kind]) => kind === fault)?.[1] ?? fault;
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body, null, 2);
}

/** JSON with indents; what is none, or has been cut, as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
