import { KINDS } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import type { Card } from './cards.ts';
import { KIND_LABELS } from './labels.ts';

interface Setting {
  id: number;
  updated_at: number;
  card: Card;
}

/** What has come to the account's own dictionaries since it began. */
export function settingCards(store: Store): Setting[] {
  const statuses = [...store.pipelines.values()].flatMap(({ name, statuses }) =>
    statuses.map((status) => ({ ...status, of: name })),
  );
  const perKind = KINDS.flatMap((kind) => [
    ...[...store.fields[kind].values()].map((field) => setting(field.id, 'Поле', field.name, KIND_LABELS[kind])),
    ...[...store.tags[kind].values()].map((tag) => setting(tag.id, 'Тег', tag.name, KIND_LABELS[kind])),
  ]);
  return [
    ...[...store.pipelines.values()].map(({ id, name }) => setting(id, 'Воронка', name)),
    ...statuses.map(({ id, name, of }) => setting(id, 'Этап', name, of)),
    ...perKind,
    ...store.catalogs.values().map(({ id, name }) => setting(id, 'Список', name)),
    ...[...store.webhooks.values()].map(({ id, destination }) => setting(id, 'Вебхук', destination)),
  ].filter(({ id }) => id > store.begun.id);
}

function setting(id: number, what: string, title: string, where?: string): Setting {
  const rows: Card['rows'] = [
    ['Вид', what],
    ...(where === undefined ? [] : [['Где', where] satisfies [string, string]]),
  ];
  return { id, updated_at: 0, card: { anchor: `id-${id}`, title, number: id, mark: 'new', rows, tags: [], at: 0 } };
}
