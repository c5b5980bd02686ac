/** Looks for news every two seconds; what is open, and where the keyboard is, stays. */
export const SCRIPT = `'use strict';
let tag = '';

async function look() {
  if (document.hidden || !document.getSelection().isCollapsed) return;
  const state = document.getElementById('state');
  try {
    const answer = await fetch('/' + location.search, { headers: { 'if-none-match': tag } });
    if (answer.status === 200) show(await answer.text());
    tag = answer.headers.get('etag') ?? '';
    state.textContent = '';
  } catch {
    state.textContent = 'Песочница не отвечает: то, что на странице, могло устареть.';
  }
}

function show(text) {
  const before = document.querySelector('main');
  const after = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
  for (const { id } of before.querySelectorAll('details[open]')) {
    const same = after.querySelector('#' + CSS.escape(id));
    if (same) same.open = true;
  }
  const focused = document.activeElement?.id;
  before.replaceWith(after);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

document.getElementById('reset').addEventListener('submit', (event) => {
  if (!confirm('Вернуть начальные данные? Всё, что создано или изменено, пропадёт.')) event.preventDefault();
});

setInterval(look, 2000);
document.addEventListener('visibilitychange', look);
`;
