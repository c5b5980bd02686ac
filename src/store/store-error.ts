/** A store that cannot be used. The message is one line that names the setting and says what is expected. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
