import { notOffered } from '../src/steps/not-offered.ts';
import type { Language } from './pages.ts';
import { withRows } from './tables.ts';

const header = { en: 'step of the plugin', ru: 'шаг плагина' };

/** The page with its table of the steps that have no route, and of what to use instead. */
export function withNotOffered(source: string, language: Language): string {
  const rows = Object.entries(notOffered).map(([type, { label, advice }]) => {
    return `| \`${type}\` (${label}) | ${advice[language].replaceAll(/\b(?:amocrm|AMO)_\w+/g, '`$&`')} |`;
  });
  return withRows(source, header[language], () => rows);
}
