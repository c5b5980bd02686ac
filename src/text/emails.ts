/** The same for all spellings of one e-mail address. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}
