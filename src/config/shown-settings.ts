import { Environment, isShown, readEnvironment, type Variables } from './environment.ts';

/** The settings as a log may show them: of a secret only that it is set, and whether by a file. */
export function shownSettings(env: Variables): Record<string, unknown> {
  const settings: Record<string, unknown> = readEnvironment(env);
  const shown = Object.entries(Environment.properties)
    .filter(([name]) => settings[name] !== undefined)
    .map(([name, schema]) => {
      if (isShown(schema)) return [name, settings[name]];
      return name.endsWith('_FILE') ? [name.slice(0, -'_FILE'.length), 'set (file)'] : [name, 'set'];
    });
  return Object.fromEntries(shown);
}
