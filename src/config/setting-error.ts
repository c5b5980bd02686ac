/** A setting that is missing or malformed. The message is one line that names it and says what is expected. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

const shownLength = 60;

/** A setting that cannot be used. `value` is left out where it may be a secret. */
export function invalid(name: string, expected: string, value?: string): SettingError {
  if (value === undefined) return new SettingError(`${name} is not valid: expected ${expected}`);
  const cut = value.length > shownLength ? `${value.slice(0, shownLength)}…` : value;
  return new SettingError(`${name} is not valid: ${JSON.stringify(cut)}; expected ${expected}`);
}
