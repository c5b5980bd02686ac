import type { CatalogElement } from '../store/catalogs.ts';
import type { Customer, Entity, Field, Kind, Lead, Note, StoredField, Task } from '../store/models.ts';
import { KINDS } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { TASK_TYPES } from '../store/task-types.ts';
import type { Unsorted } from '../store/unsorted.ts';
import { KIND_LABELS, NOTE_LABELS, UNSORTED_LABELS } from './labels.ts';
import { type Mark, markOf } from './marks.ts';
import { dateText, momentText } from './times.ts';
import { money, partsOf, valueText } from './values.ts';

type Row = [label: string, text: string];

/** What a card shows, in words. */
export interface Card {
  /** Of its element in the page. */
  anchor: string;
  title: string;
  number: number;
  mark: Mark;
  rows: Row[];
  tags: { name: string; mark: Mark }[];
  /** Unix seconds of the last change. */
  at: number;
}

export function entityCard(store: Store, kind: Kind, entity: Entity | Lead | Customer, at: number): Card {
  const own = 'price' in entity ? leadRows(store, entity) : 'next_price' in entity ? customerRows(store, entity) : [];
  return {
    ...cardOf(store, { id: entity.id, updated_at: at }, entity.name || 'Без имени'),
    rows: [
      ...own,
      ...linkRows(store, kind, entity.id),
      ...fieldRows(store, store.fields[kind], entity.custom_fields_values),
      ['Ответственный', userName(store, entity.responsible_user_id)],
    ],
    tags: entity.tags.map((id) => ({
      name: store.tags[kind].get(id)?.name ?? String(id),
      mark: id > store.begun.id ? 'new' : undefined,
    })),
  };
}

export function taskCard(store: Store, task: Task): Card {
  const { entity_type, entity_id, task_type_id, result } = task;
  const type = TASK_TYPES.find(({ id }) => id === task_type_id);
  return {
    ...cardOf(store, task, task.text || 'Без текста'),
    rows: [
      ['Вид', type?.name ?? `№ ${task_type_id}`],
      ['Состояние', task.is_completed ? 'выполнена' : 'открыта'],
      ...(result === null ? [] : [['Итог', result.text] satisfies Row]),
      ['Срок', momentText(task.complete_till, store)],
      ...(entity_type && entity_id ? [['К чему', nameOf(store, entity_type, entity_id)] satisfies Row] : []),
      ['Ответственный', userName(store, task.responsible_user_id)],
    ],
  };
}

export function noteCard(store: Store, kind: Kind, note: Note): Card {
  const { text, ...params } = note.params;
  const label = NOTE_LABELS[note.note_type] ?? 'Другая';
  const title = typeof text === 'string' && text !== '' ? text : label;
  return {
    ...cardOf(store, note, title),
    rows: [
      ...(title === label ? [] : [['Вид', label] satisfies Row]),
      ['К чему', nameOf(store, kind, note.entity_id)],
      ...partsOf(params, store),
    ],
  };
}

export function unsortedCard(store: Store, unsorted: Unsorted): Card {
  const { lead_id, contact_id, company_id, created_at } = unsorted;
  const { form_name, form_page, phone } = unsorted.metadata;
  const told = { name: form_name, source: form_page, phone };
  return {
    ...cardOf(store, { id: lead_id, updated_at: created_at }, unsorted.source_name ?? 'Без источника'),
    anchor: `unsorted-${unsorted.uid}`,
    rows: [
      ['Вид', UNSORTED_LABELS[unsorted.category]],
      ...partsOf(told, store),
      ['Сделка', nameOf(store, 'leads', lead_id)],
      ...(contact_id === null ? [] : [['Контакт', nameOf(store, 'contacts', contact_id)] satisfies Row]),
      ...(company_id === null ? [] : [['Компания', nameOf(store, 'companies', company_id)] satisfies Row]),
    ],
  };
}

export function elementCard(store: Store, element: CatalogElement): Card {
  const { catalog_id, custom_fields_values } = element;
  return {
    ...cardOf(store, element, element.name),
    rows: [
      ['Список', store.catalogs.get(catalog_id)?.name ?? `№ ${catalog_id}`],
      ...fieldRows(store, store.catalogs.fields(catalog_id), custom_fields_values),
    ],
  };
}

function cardOf(store: Store, item: { id: number; updated_at: number }, title: string): Card {
  const { id, updated_at: at } = item;
  const mark = markOf(store, { id, at });
  return { anchor: `id-${id}`, title, number: id, mark, rows: [], tags: [], at };
}

function leadRows(store: Store, lead: Lead): Row[] {
  const pipeline = store.pipelines.get(lead.pipeline_id);
  const status = pipeline?.statuses.find(({ id }) => id === lead.status_id);
  const reason = lead.loss_reason_id === null ? undefined : store.lossReasons.get(lead.loss_reason_id);
  return [
    ['Бюджет сделки', money(lead.price)],
    ['Этап', `${pipeline?.name ?? lead.pipeline_id} / ${status?.name ?? lead.status_id}`],
    ...(reason === undefined ? [] : [['Причина отказа', reason.name] satisfies Row]),
  ];
}

function customerRows(store: Store, { next_price, next_date }: Customer): Row[] {
  const price: Row = ['Ожидаемая сумма', money(next_price)];
  return next_date === null ? [price] : [price, ['Следующая покупка', dateText(next_date, store)]];
}

const NAMED_LINKS = 4;
const LONG_NAME = 80;

function linkRows(store: Store, kind: Kind, id: number): Row[] {
  return [...KINDS, 'catalog_elements' as const].flatMap((other) => {
    const links = store.links.of({ kind, id }).filter((link) => link.kind === other);
    if (links.length === 0) return [];
    const names = links.slice(0, NAMED_LINKS).map((link) => nameOf(store, other, link.id));
    const rest = links.length > NAMED_LINKS ? ` и ещё ${links.length - NAMED_LINKS}` : '';
    return [[KIND_LABELS[other], names.join(', ') + rest] satisfies Row];
  });
}

function fieldRows(store: Store, fields: Map<number, Field>, filled: StoredField[]): Row[] {
  return filled.map(({ field_id, values }) => {
    const field = fields.get(field_id);
    return [field?.name ?? `Поле № ${field_id}`, values.map((value) => valueText(value, field, store)).join(', ')];
  });
}

function nameOf(store: Store, kind: Kind | 'catalog_elements', id: number): string {
  const item = kind === 'catalog_elements' ? store.elements.get(id) : store[kind].get(id);
  const name = item?.name || `№ ${id}`;
  return name.length > LONG_NAME ? `${name.slice(0, LONG_NAME)}…` : name;
}

function userName(store: Store, id: number): string {
  return store.users.get(id)?.name ?? `№ ${id}`;
}
