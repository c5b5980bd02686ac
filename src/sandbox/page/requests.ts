import { isObject } from '../http/read-body.ts';
import type { Arrival, RequestRecord } from '../http/request-log.ts';
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
  </details>${links('Записано', stored)}${links('Изменено', changedBy(record))}</li>`;
}

/** Ids of what a change was for: in the items of its body, or in its path. */
function changedBy({ method, path, status, body }: RequestRecord): number[] {
  if (method !== 'PATCH' || status < 200 || status >= 300) return [];
  const items: unknown[] = Array.isArray(body) ? body : [body];
  const inBody = items.flatMap((item) => (isObject(item) && typeof item.id === 'number' ? [item.id] : []));
  const [inPath] = /\d+$/.exec(path) ?? [];
  return inBody.length > 0 || inPath === undefined ? [...new Set(inBody)] : [Number(inPath)];
}

function part(title: string, text: string): Markup {
  if (text === '') return html`<p class="quiet">${title}: без тела</p>`;
  const start = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return html`<h3>${title}</h3><pre tabindex="0">${start}</pre>`;
}

const NAMED = 5;

function links(title: string, ids: readonly number[]): Markup | '' {
  if (ids.length === 0) return '';
  const named = ids.slice(0, NAMED).map((id) => html` <a href="#id-${id}">№ ${id}</a>`);
  const rest = ids.length > NAMED ? ` и ещё ${ids.length - NAMED}` : '';
  return html`<p class="made">${title}:${named}${rest}</p>`;
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
