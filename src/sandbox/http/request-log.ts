export interface RequestRecord {
  /** Monotonic milliseconds (performance.now()) of arrival. */
  at: number;
  method: string;
  /** Without the query. */
  path: string;
  /** Decoded, as `key=value&…`. */
  query: string;
  body: unknown;
  /** 0 until an answer was sent, and for good when none was. */
  status: number;
  /** Monotonic milliseconds at which it was worked on; absent until then, and for good where it never was. */
  doneAt?: number;
  /** The kind of the fault that met the request. */
  fault?: string;
  /** Ids that the request created. */
  stored?: number[];
}

const KEPT = 100_000;

/** The last requests in order of arrival. Authorization is never in it. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  #dropped = 0;

  add(record: RequestRecord): RequestRecord {
    this.records.push(record);
    if (this.records.length > KEPT * 1.1) {
      this.#dropped += this.records.length - KEPT;
      this.records.splice(0, this.records.length - KEPT);
    }
    return record;
  }

  /** How many requests have arrived since the start or the last reset. */
  get total(): number {
    return this.#dropped + this.records.length;
  }

  since(number: number): RequestRecord[] {
    return this.records.slice(Math.max(0, number - this.#dropped));
  }

  clear(): void {
    this.records.length = 0;
    this.#dropped = 0;
  }
}
