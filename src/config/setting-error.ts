/** A setting that is missing or malformed. The message is one line that names it and says what is expected. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
