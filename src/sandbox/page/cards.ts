import type { Entity, Kind, Lead, Note, StoredValue } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { html, type Markup } from './markup.ts';

export function entityCard(store: Store, kind: Kind, entity: Entity | Lead): Markup {
  const rows = [...('price' in entity ? leadRows(store, entity) : []), ...fieldRows(store, kind, entity)];
  const tags = entity.tags.map((id) => html`<span class="tag">${store.tags[kind].get(id)?.name ?? id}</span>`);
  return html`<article>
    <header><span>${entity.name || 'Без имени'}</span><small>№ ${entity.id}</small></header>
    <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>${tags}
  </article>`;
}

export function noteCard(store: Store, kind: Kind, note: Note): Markup {
  const text = Object.entries(note.params)
    .map(([key, value]) => (key === 'text' ? String(value) : `${key}: ${value}`))
    .join(' · ');
  const target = store[kind].get(note.entity_id)?.name ?? `№ ${note.entity_id}`;
  return html`<article>
    <header><span>${text}</span><small>№ ${note.id}</small></header><small>${note.note_type} → ${target}</small>
  </article>`;
}

function leadRows(store: Store, lead: Lead): [string, string][] {
  const pipeline = store.pipelines.get(lead.pipeline_id);
  const status = pipeline?.statuses.find(({ id }) => id === lead.status_id);
  const people = store.links.of({ kind: 'leads', id: lead.id }, 'contacts');
  const names = people.map(({ id }) => store.contacts.get(id)?.name ?? String(id));
  return [
    ['Бюджет', `${lead.price.toLocaleString('ru')} ₽`],
    ['Этап', `${pipeline?.name ?? ''} / ${status?.name ?? ''}`],
    ...(names.length > 0 ? [['Контакты', names.join(', ')] satisfies [string, string]] : []),
  ];
}

function fieldRows(store: Store, kind: Kind, entity: Entity): [string, string][] {
  return entity.custom_fields_values.map(({ field_id, values }) => {
    const field = store.fields[kind].get(field_id);
    const isDate = field?.type.includes('date') || field?.type === 'birthday';
    return [field?.name ?? String(field_id), values.map((value) => shown(value, isDate ?? false)).join(', ')];
  });
}

function shown(stored: StoredValue, isDate: boolean): string {
  const { value = stored } = stored;
  if (isDate && typeof value === 'number') return new Date(value * 1000).toLocaleDateString('ru');
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
