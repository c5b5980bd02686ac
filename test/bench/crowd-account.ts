import type { BenchSandbox } from './sandbox.ts';

const telegramField = 123456;
/** What amoCRM takes in one call. */
const most = 250;
const longAgo = 1_700_000_000;

export const phoneOf = (number: number) => `+7901${String(number).padStart(7, '0')}`;

/** Lets others have made so many contacts long ago. */
export async function plantPeople({ somebody }: BenchSandbox, howMany: number): Promise<void> {
  for (let first = 0; first < howMany; first += most) {
    await somebody('contacts', peopleFrom(first, Math.min(most, howMany - first)));
  }
}

/** Contacts that are known by an id of Telegram, which is their number, and a phone. */
export function peopleFrom(first: number, howMany: number): unknown[] {
  return Array.from({ length: howMany }, (_, index) => ({
    name: `Bench ${first + index}`,
    created_at: longAgo,
    updated_at: longAgo,
    custom_fields_values: [
      { field_id: telegramField, values: [{ value: String(first + index) }] },
      { field_code: 'PHONE', values: [{ value: phoneOf(first + index), enum_code: 'WORK' }] },
    ],
  }));
}
