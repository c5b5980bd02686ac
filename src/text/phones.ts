/** The digits to compare: without a leading 00; a leading 8 of an 11-digit number counts as Russia's 7. */
export function significantDigits(phone: string): string {
  const digits = phone.replace(/\D/g, '').replace(/^00/, '');
  return digits.length === 11 && digits.startsWith('8') ? `7${digits.slice(1)}` : digits;
}

/** The digits of a number without its country code. */
const nationalLength = 10;

/** Whether two spellings are one number: equal, or one ends with the other of at least 10 digits. */
export function isSamePhone(a: string, b: string): boolean {
  const [short = '', long = ''] = [significantDigits(a), significantDigits(b)].sort((x, y) => x.length - y.length);
  return short !== '' && (short === long || (short.length >= nationalLength && long.endsWith(short)));
}

/** The same for all spellings of one number, and for few others: to find those that are worth a comparison. */
export function phoneBucket(phone: string): string {
  return significantDigits(phone).slice(-nationalLength);
}

/** The search texts for amoCRM, in this order: the last 10 digits, then the number as it was given. */
export function phoneQueries(phone: string): string[] {
  return [...new Set([phoneBucket(phone), phone.trim()])];
}
