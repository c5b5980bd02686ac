import type { Kind } from './models.ts';

export const SINGULAR = { leads: 'lead', contacts: 'contact', companies: 'company', customers: 'customer' } as const;

export type EventEntity = (typeof SINGULAR)[Kind] | 'task';

export interface Change {
  type: string;
  entity_type: EventEntity;
  entity_id: number;
  created_by: number;
  created_at: number;
  value_after: Record<string, unknown>[];
  value_before: Record<string, unknown>[];
}

export interface HistoryEvent extends Change {
  id: string;
}

const KEPT = 100_000;

/** What has happened in the account, latest last; the oldest are forgotten. */
export class Events {
  #events: HistoryEvent[] = [];
  #total = 0;

  add(change: Change): void {
    this.#total += 1;
    this.#events.push({ id: `01${this.#total.toString(36).padStart(24, '0')}`, ...change });
    if (this.#events.length > KEPT * 1.1) this.#events = this.#events.slice(-KEPT);
  }

  get(id: string): HistoryEvent | undefined {
    return this.#events.find((event) => event.id === id);
  }

  latestFirst(): HistoryEvent[] {
    return this.#events.toReversed();
  }

  clear(): void {
    this.#events = [];
    this.#total = 0;
  }
}
