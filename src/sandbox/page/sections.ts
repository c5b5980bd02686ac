import { type Entity, KINDS, type Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { type Card, elementCard, entityCard, noteCard, taskCard, unsortedCard } from './cards.ts';
import { lastChanges, type Mark, markOf } from './marks.ts';
import { settingCards } from './settings.ts';

/** A kind of thing that the account holds. */
export interface Section {
  id: string;
  title: string;
  total: number;
  added: number;
  changed: number;
  /** Those that are new or changed, the latest first, then others. */
  cards: Card[];
}

/** Cards of a section, and of the one that is wanted whole; more than these are counted only. */
const SHOWN = 6;
const SHOWN_WHOLE = 500;

/** The sections of the page; `whole` is the id of the one whose cards are all wanted. */
export function sectionsOf(store: Store, whole?: string): Section[] {
  const notes = KINDS.flatMap((kind) => store.notes[kind].values().map((note) => ({ ...note, kind })));
  const isCall = ({ note_type }: { note_type: string }) => note_type === 'call_in' || note_type === 'call_out';
  const calls = notes.filter(isCall);
  const others = notes.filter((note) => !isCall(note));
  const unsorted = store.unsorted.values().map((each) => ({ ...each, id: each.lead_id, updated_at: each.created_at }));
  const toCard = (note: (typeof notes)[number]) => noteCard(store, note.kind, note);
  const settings = settingCards(store);
  return [
    entities('leads', 'Сделки'),
    entities('contacts', 'Контакты'),
    entities('companies', 'Компании'),
    section('tasks', 'Задачи', store.tasks.values(), (task) => taskCard(store, task)),
    section('notes', 'Заметки', others, toCard),
    section('calls', 'Звонки', calls, toCard),
    section('unsorted', 'Неразобранное', unsorted, (each) => unsortedCard(store, each)),
    entities('customers', 'Покупатели'),
    section('elements', 'Элементы списков', live(store.elements.values()), (each) => elementCard(store, each)),
    ...(settings.length === 0 ? [] : [section('settings', 'Настройки', settings, (each) => each.card)]),
  ];

  function entities(kind: Kind, title: string): Section {
    const changedAt = lastChanges(store, kind);
    const entities = live<Entity>(store[kind].values());
    return section(kind, title, entities, (entity) => entityCard(store, kind, entity, changedAt(entity)), changedAt);
  }

  function section<T extends { id: number; updated_at: number }>(
    id: string,
    title: string,
    items: T[],
    toCard: (item: T) => Card,
    changedAt = (item: T) => item.updated_at,
  ): Section {
    const ranked = items.map((item) => rankOf(item, changedAt(item))).sort(latestFirst);
    return {
      id,
      title,
      total: items.length,
      added: ranked.filter(({ mark }) => mark === 'new').length,
      changed: ranked.filter(({ mark }) => mark === 'changed').length,
      cards: ranked.slice(0, id === whole ? SHOWN_WHOLE : SHOWN).map(({ item }) => toCard(item)),
    };
  }

  function rankOf<T extends { id: number }>(item: T, at: number) {
    return { item, id: item.id, at, mark: markOf(store, { id: item.id, at }) };
  }
}

interface Ranked {
  id: number;
  at: number;
  mark: Mark;
}

function latestFirst(a: Ranked, b: Ranked): number {
  const [before, after] = [a, b].map(({ mark }) => Number(mark !== undefined));
  return Number(after) - Number(before) || b.at - a.at || b.id - a.id;
}

function live<T extends { is_deleted: boolean }>(items: T[]): T[] {
  return items.filter((item) => !item.is_deleted);
}
