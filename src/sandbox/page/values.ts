import type { Field, StoredValue } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { PART_LABELS, WORDS } from './labels.ts';
import { dateText, momentText, spanText } from './times.ts';

/** A custom field's value in words. */
export function valueText(stored: StoredValue, field: Field | undefined, store: Store): string {
  if (typeof stored.catalog_element_id === 'number') return elementName(stored.catalog_element_id, store);
  const { value } = stored;
  if (typeof value === 'number' && field?.type === 'date_time') return momentText(value, store);
  if (typeof value === 'number' && (field?.type === 'date' || field?.type === 'birthday')) {
    return dateText(value, store);
  }
  if (field?.currency && Number.isFinite(Number(value))) return money(Number(value), field.currency);
  return plain(value);
}

/** The parts of an object with their labels; empty ones are left out. */
export function partsOf(parts: Record<string, unknown>, store: Store): [string, string][] {
  return Object.entries(parts).flatMap(([key, value]) => {
    const text = partText(key, value, store);
    return text === '' ? [] : [[PART_LABELS[key] ?? 'Прочее', text] satisfies [string, string]];
  });
}

export function money(amount: number, currency = 'RUB'): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${amount} ${currency}`;
  const options = { style: 'currency', currency, maximumFractionDigits: 2, minimumFractionDigits: 0 } as const;
  return new Intl.NumberFormat('ru', options).format(amount);
}

function partText(key: string, value: unknown, store: Store): string {
  if (key === 'duration' && typeof value === 'number') return spanText(value);
  if (key === 'call_responsible' && typeof value === 'number') return store.users.get(value)?.name ?? String(value);
  return plain(value, key);
}

/** Any value without braces, quotes and raw keys. */
function plain(value: unknown, key = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'да' : 'нет';
  if (Array.isArray(value)) return value.map((each) => plain(each)).join(', ');
  if (typeof value !== 'object') return WORDS[key]?.[String(value)] ?? String(value);
  const parts = Object.entries(value).map(([name, part]) => [PART_LABELS[name] ?? '', plain(part, name)]);
  const filled = parts.filter(([, text]) => text !== '');
  return filled.map(([label, text]) => (label === '' ? text : `${label}: ${text}`)).join(', ');
}

function elementName(id: number, { elements }: Store): string {
  return elements.get(id)?.name ?? `№ ${id}`;
}
