import type { Entity } from './models.ts';

/** An address that amoCRM would tell of what happens; the sandbox keeps it and tells nobody. */
export interface Webhook extends Pick<Entity, 'id' | 'created_by' | 'created_at' | 'updated_at'> {
  destination: string;
  settings: string[];
  sort: number;
}
