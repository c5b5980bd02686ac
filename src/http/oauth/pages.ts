import { createHash } from 'node:crypto';
import type { Language } from '../../messages/message.ts';
import { oauthPageWords as words } from '../../messages/oauth.ts';

const style = `:root { color-scheme: light dark }
body { margin: 3rem auto; max-width: 34rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
label, input { display: block; width: 100%; box-sizing: border-box }
label { margin-top: 1rem }
input { padding: .5rem; font: inherit }
button, .button { display: inline-block; margin-top: 1.5rem; padding: .5rem 1.2rem; border: 1px solid; border-radius: 6px; font: inherit; color: inherit; background: none; text-decoration: none }
.fault { padding: .5rem 1rem; border-left: 4px solid #c0392b }`;

/** What the pages may do: their own style, and forms that come back here. No script, no frame, nobody else's content. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface StartPage {
  asksKey: boolean;
  asksAccount: boolean;
  /** Why the form is shown again. */
  fault?: string;
}

/** Links are relative: a proxy may serve the service below a path. */
export function startPage(language: Language, { asksKey, asksAccount, fault }: StartPage): string {
  const key = `<label for="key">${words.key[language]}</label>
  <input id="key" name="key" type="password" autocomplete="off" required>`;
  const account = `<label for="account">${words.account[language]}</label>
  <input id="account" name="account" autocomplete="off">`;
  // A form without fields would have no body.
  const nothing = '<input type="hidden" name="account" value="">';
  const fields = [...(asksKey ? [key] : []), ...(asksAccount ? [account] : [])];
  return page(
    language,
    words.title[language],
    `${fault === undefined ? '' : faultOf(fault)}<p>${words.startIntro[language]}</p>
<form method="post" action="start">
  ${fields.length === 0 ? nothing : fields.join('\n  ')}
  <button>${words.next[language]}</button>
</form>`,
  );
}

/** Leads to amoCRM's page. A link, since browsers let no form end at another site than its page says. */
export function openPage(language: Language, url: string, host: string): string {
  return page(
    language,
    words.title[language],
    `<p>${escaped(words.openIntro(host)[language])}</p>
<p><a class="button" href="${escaped(url)}">${words.open[language]}</a></p>
<p>${words.notFound[language]}</p>`,
  );
}

export function donePage(language: Language, host: string): string {
  return page(language, words.doneTitle[language], `<p>${escaped(words.done(host)[language])}</p>`);
}

export function failedPage(language: Language, fault: string): string {
  const again = `<p><a class="button" href="start">${words.again[language]}</a></p>`;
  return page(language, words.failedTitle[language], `${faultOf(fault)}${again}`);
}

function faultOf(text: string): string {
  return `<p class="fault" role="alert">${escaped(text)}</p>\n`;
}

function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
