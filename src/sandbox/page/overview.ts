import type { World } from '../world.ts';
import type { Card } from './cards.ts';
import type { Mark } from './marks.ts';
import { html, type Markup } from './markup.ts';
import { outageNotice } from './outage.ts';
import { requestItem } from './requests.ts';
import { type Section, sectionsOf } from './sections.ts';
import { clockText, momentText } from './times.ts';

/** What is in the sandbox, for people: every kind with what is new in it, one of them whole, and the latest requests. */
export function overview(world: World, whole?: string): string {
  const { store, settings, log, docsUrl } = world;
  const sections = sectionsOf(store, whole);
  const requests = log.latest.map((arrival, index) => requestItem(arrival, store, log.total - index));
  const { markup } = html`<!doctype html>
<html lang="ru">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <noscript><meta http-equiv="refresh" content="5"></noscript>
  <title>Песочница amoCRM</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/page.css">
  <script src="/page.js" defer></script>
</head>
<body>
  <header class="top">
    <h1>Песочница: ${store.account.name}</h1>
    <div class="actions">
      ${docsUrl === undefined ? '' : html`<a class="button" href="${docsUrl}">Swagger UI</a>`}
      <form id="reset" method="post" action="/reset"><button>Сбросить</button></form>
    </div>
    <p><b>Это не amoCRM</b>, а его подмена для проверки: данные вымышлены, живут в памяти и пропадут с остановкой.
    «Сбросить» возвращает начальные данные. Страница обновляется сама.</p>
    <p id="state" role="status"></p>
  </header>
  <main>
    ${settings.banned ? html`<p class="alarm" role="alert">Аккаунт заблокирован за слишком частые запросы.</p>` : ''}
    ${outageNotice(world)}
    <nav aria-label="Разделы">${sections.map(chip)}<a href="#requests">Запросы <b>${log.total}</b></a></nav>
    <div class="columns">
      <div>${sections.map((section) => sectionOf(section, world))}</div>
      <section id="requests" class="requests"><h2>Последние запросы</h2>
        ${requests.length === 0 ? html`<p class="quiet">Запросов ещё не было.</p>` : html`<ol>${requests}</ol>`}
      </section>
    </div>
  </main>
</body>
</html>`;
  return markup;
}

function chip({ id, title, total, added, changed }: Section): Markup {
  const news = [
    ...(added > 0 ? [html` <mark class="new">новых: ${added}</mark>`] : []),
    ...(changed > 0 ? [html` <mark class="changed">изменено: ${changed}</mark>`] : []),
  ];
  return html`<a href="#${id}">${title} <b>${total}</b>${news}</a>`;
}

function sectionOf({ id, title, total, cards }: Section, world: World): Markup {
  const rest = total - cards.length;
  return html`<section id="${id}"><h2>${title} <small>${total}</small></h2>
    ${cards.length === 0 ? html`<p class="quiet">Пока пусто.</p>` : html`<div class="cards">${cards.map((card) => cardOf(card, world))}</div>`}
    ${rest > 0 ? html`<p class="quiet"><a href="/?all=${id}#${id}">и ещё ${rest}</a></p>` : ''}</section>`;
}

function cardOf({ anchor, title, number, mark, rows, tags, at }: Card, world: World): Markup {
  return html`<article id="${anchor}" class="${mark ?? 'known'}">
    <h3>${start(title, 160)}</h3>
    <p class="number">№ ${number}${markBadge(mark)}${mark === undefined || at === 0 ? '' : html` <time>${timeOf(at, world)}</time>`}</p>
    <dl>${rows.map(([label, text]) => html`<div><dt>${label}</dt><dd>${start(text, 300)}</dd></div>`)}</dl>
    ${tags.length === 0 ? '' : html`<p class="tags">${tags.map((tag) => html`<span class="${tag.mark ?? 'known'}">${tag.name}</span> `)}</p>`}
  </article>`;
}

function start(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}

function markBadge(mark: Mark): Markup {
  if (mark === undefined) return html``;
  return html` <mark class="${mark}">${mark === 'new' ? 'новое' : 'изменено'}</mark>`;
}

const DAY = 86_400;

function timeOf(at: number, { store }: World): string {
  return Math.abs(store.now() - at) < DAY ? clockText(at, store) : momentText(at, store);
}
