import type { RequestRecord } from '../http/request-log.ts';
import { type Entity, KINDS, type Kind } from '../store/models.ts';
import type { World } from '../world.ts';
import { entityCard, noteCard } from './cards.ts';
import { html, type Markup } from './markup.ts';
import { STYLE } from './style.ts';

const NEWEST = 6;
const REQUESTS = 25;
const REFRESH_SECONDS = 3;

/** What is in the sandbox, for people: the newest entities, notes and requests. */
export function overview(world: World): string {
  const { store, settings } = world;
  const { markup } = html`<!doctype html>
<html lang="ru">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="refresh" content="${REFRESH_SECONDS}">
  <title>Песочница amoCRM</title>
  <link rel="icon" href="data:,">
  <style>${{ markup: STYLE }}</style>
</head>
<body>
  <h1>Песочница: ${store.account.name}</h1>
  <p class="banner"><b>Это не amoCRM</b>, а её подмена для проверки: данные вымышлены, живут в памяти и пропадут
  с остановкой. Страница обновляется сама.${settings.banned ? ' Сейчас аккаунт заблокирован за частые запросы.' : ''}</p>
  <div class="columns">
    ${section('Сделки', newest(world, 'leads'))}
    ${section('Контакты', newest(world, 'contacts'))}
    <div>${section('Заметки', notes(world))}${section('Компании', newest(world, 'companies'))}</div>
  </div>
  ${section('Последние запросы', [html`<table>${world.log.records.slice(-REQUESTS).reverse().map(requestRow)}</table>`])}
</body>
</html>`;
  return markup;
}

function section(title: string, cards: Markup[]): Markup {
  return html`<section><h2>${title}</h2>${cards.length > 0 ? cards : 'Пока пусто.'}</section>`;
}

function newest({ store }: World, kind: Kind): Markup[] {
  const live = store[kind].ordered('created_at').filter((entity: Entity) => !entity.is_deleted);
  return live
    .slice(-NEWEST)
    .reverse()
    .map((entity: Entity) => entityCard(store, kind, entity));
}

function notes({ store }: World): Markup[] {
  const all = KINDS.flatMap((kind) =>
    store.notes[kind]
      .ordered('id')
      .slice(-NEWEST)
      .map((note) => ({ kind, note })),
  );
  const last = all.sort((a, b) => b.note.created_at - a.note.created_at || b.note.id - a.note.id).slice(0, NEWEST);
  return last.map(({ kind, note }) => noteCard(store, kind, note));
}

function requestRow({ method, path, query, status, fault }: RequestRecord): Markup {
  const mark = status >= 200 && status < 300 ? 'good' : 'bad';
  const what = query === '' ? path : `${path}?${query}`;
  return html`<tr><td class="${mark}">${status || 'нет ответа'}</td><td>${method}</td><td>${what}</td><td>${fault ?? ''}</td></tr>`;
}
