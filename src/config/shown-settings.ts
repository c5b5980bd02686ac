import { readEnvironment } from './config.ts';

/** Settings in words that are no secret. Whatever is not named here is masked. */
const plain = new Set([
  'AMO_BASE_URL',
  'AMO_CLIENT_ID',
  'AMO_REDIRECT_URI',
  'AMO_FIELDS_FILE',
  'HOST',
  'DATA_DIR',
  'LOG_LEVEL',
]);

/** The settings as a log may show them: of a secret only that it is set, and whether by a file. */
export function shownSettings(env: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const shown = Object.entries(readEnvironment(env)).map(([name, value]) => {
    if (typeof value !== 'string' || plain.has(name)) return [name, value];
    return name.endsWith('_FILE') ? [name.slice(0, -'_FILE'.length), 'set (file)'] : [name, 'set'];
  });
  return Object.fromEntries(shown);
}
