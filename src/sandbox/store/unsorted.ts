export type Category = 'forms' | 'sip';

/** A request that nobody has taken on yet: a lead in "Неразобранное" with what came beside it. */
export interface Unsorted {
  uid: string;
  category: Category;
  source_uid: string | null;
  source_name: string | null;
  pipeline_id: number;
  created_at: number;
  metadata: Record<string, unknown>;
  lead_id: number;
  contact_id: number | null;
  company_id: number | null;
  /** Whether the contact was made with the request: lists leave it out until somebody takes the request on. */
  hides_contact: boolean;
}

export class UnsortedBox {
  readonly #byUid = new Map<string, Unsorted>();
  readonly #byLead = new Map<number, Unsorted>();
  readonly #hidden = new Set<number>();

  add(unsorted: Unsorted): Unsorted {
    this.#byUid.set(unsorted.uid, unsorted);
    this.#byLead.set(unsorted.lead_id, unsorted);
    if (unsorted.hides_contact && unsorted.contact_id !== null) this.#hidden.add(unsorted.contact_id);
    return unsorted;
  }

  get(uid: string): Unsorted | undefined {
    return this.#byUid.get(uid);
  }

  /** Latest first. */
  values(): Unsorted[] {
    return [...this.#byUid.values()].reverse().sort((a, b) => b.created_at - a.created_at);
  }

  hides(contactId: number): boolean {
    return this.#hidden.has(contactId);
  }

  /** The lead has left the stage, by being taken on, declined or moved. */
  leave(leadId: number): void {
    const unsorted = this.#byLead.get(leadId);
    if (unsorted === undefined) return;
    this.#byLead.delete(leadId);
    this.#byUid.delete(unsorted.uid);
    if (unsorted.contact_id !== null) this.#hidden.delete(unsorted.contact_id);
  }

  clear(): void {
    for (const part of [this.#byUid, this.#byLead, this.#hidden]) part.clear();
  }
}
