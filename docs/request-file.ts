import { parseCurl } from './curl.ts';
import type { Page } from './pages.ts';

/** The address that the pages give the service. */
export const address = 'http://127.0.0.1:8080';

/** All requests of the pages in the form that editors send (`.http`), page after page. */
export function requestFile(pages: readonly Page[]): string {
  const parts = pages.flatMap(({ file, markdown }) =>
    markdown.blocks
      .filter(({ mark }) => mark === 'request')
      .map(({ text }, index) => `### ${file}, ${index + 1}\n${httpOf(text)}`),
  );
  const variables = new Set(parts.flatMap((part) => [...part.matchAll(/\{\{([A-Z_]+)\}\}/g)].map(([, name]) => name)));
  const head = [`@host = ${address}`, ...[...variables].map((name) => `@${name} = `)];
  return `${head.join('\n')}\n\n${parts.join('\n\n')}\n`;
}

function httpOf(text: string): string {
  const { method, url, headers, body } = parseCurl(text);
  const lines = [`${method} ${url.replace(address, '{{host}}')}`, ...headers];
  return `${lines.join('\n').replaceAll(/\$([A-Z_]+)/g, '{{$1}}')}${body === undefined ? '' : `\n\n${body}`}`;
}
