import type { Contact, Entity, StoredValue } from './models.ts';

interface Words {
  /** Every filled text, lower case, one a line. */
  text: string;
  /** The digits of each of those texts, one a line. */
  digits: string;
}

interface Entry {
  seen: Words;
  next: Words;
  writtenAt: number;
}

const NOTHING: Words = { text: '', digits: '' };

/** What `query` looks through. A write is seen only after the lag; until then the former words are. */
export class SearchIndex {
  readonly #entries = new Map<number, Entry>();
  readonly #lag: () => number;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  write(entity: Entity): void {
    const now = performance.now();
    const seen = this.#seen(entity.id, now);
    this.#entries.set(entity.id, { seen, next: wordsOf(entity), writtenAt: now });
  }

  /** Everything written so far is seen at once. */
  settle(): void {
    for (const entry of this.#entries.values()) entry.seen = entry.next;
  }

  matches(id: number, wanted: Words): boolean {
    const words = this.#seen(id, performance.now());
    return words.text.includes(wanted.text) || (wanted.digits !== '' && words.digits.includes(wanted.digits));
  }

  clear(): void {
    this.#entries.clear();
  }

  #seen(id: number, now: number): Words {
    const entry = this.#entries.get(id);
    if (entry === undefined) return NOTHING;
    return now >= entry.writtenAt + this.#lag() ? entry.next : entry.seen;
  }
}

/**
 * Digits are compared on their own only for what looks like a phone number: "+7 (900) 123-45-67" finds "89001234567" by
 * "9001234567", while "ivan2024@mail.ru" does not find every number with 2024 in it.
 */
export function wantedWords(query: string, mode: 'digits' | 'literal'): Words {
  const digits = query.replace(/\D/g, '');
  const isPhone = mode === 'digits' && digits.length >= 3 && /^[\d\s()+.-]+$/.test(query);
  return { text: query.trim().toLowerCase(), digits: isPhone ? digits : '' };
}

function wordsOf(entity: Entity | Contact): Words {
  const names = 'first_name' in entity ? [entity.name, entity.first_name, entity.last_name] : [entity.name];
  const texts = [...names, ...entity.custom_fields_values.flatMap((field) => field.values.flatMap(textsOf))];
  return {
    text: texts.join('\n').toLowerCase(),
    digits: texts.map((text) => text.replace(/\D/g, '')).join('\n'),
  };
}

function textsOf({ value }: StoredValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).filter((part) => typeof part === 'string');
}
