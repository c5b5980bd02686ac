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

/** One of the latest requests, for people. */
export interface Arrival {
  record: RequestRecord;
  /** Wall clock in milliseconds. */
  time: number;
  /** The start of the body that was answered; absent until then, and for good where it held tokens. */
  answer?: string;
}

const KEPT = 100_000;
const LATEST = 25;
/** Characters of an answer. */
const SHOWN = 20_000;

/** The last requests in order of arrival. Authorization is never in it. */
export class RequestLog {
  readonly records: RequestRecord[] = [];
  /** The last few, the latest first. */
  readonly latest: Arrival[] = [];
  #dropped = 0;

  /** `time` is the wall clock in milliseconds. */
  add(record: RequestRecord, time: number): RequestRecord {
    this.latest.unshift({ record, time });
    this.latest.length = Math.min(this.latest.length, LATEST);
    this.records.push(record);
    if (this.records.length > KEPT * 1.1) {
      this.#dropped += this.records.length - KEPT;
      this.records.splice(0, this.records.length - KEPT);
    }
    return record;
  }

  answered(record: RequestRecord, body: string): void {
    const arrival = this.latest.find((each) => each.record === record);
    if (arrival) arrival.answer = body.slice(0, SHOWN);
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
    this.latest.length = 0;
    this.#dropped = 0;
  }
}
