import type { BreakerState } from '../../amocrm/pace/breaker.ts';
import type { MovedTable, Row } from './tables.ts';

/** What is known of the breaker of an account. */
export interface KeptBreaker {
  /** The account’s id. */
  id: string;
  /** Whether it is in the table of accounts; otherwise it is that of the settings. */
  isListed: boolean;
  address: string;
  state: BreakerState;
  probeAt: number;
}

/**
 * One of the two stores of a move, held for it alone. All methods throw StoreError. Nothing is changed before `commit`:
 * a move that was interrupted can be begun again.
 */
export interface MoveEnd {
  /** Throws where it is not empty. */
  requireEmpty(): Promise<void>;
  /** The rows of a table, a bounded number at a time. */
  read(table: MovedTable): AsyncIterable<Row[]>;
  write(table: MovedTable, rows: readonly Row[]): Promise<void>;
  breakers(): Promise<KeptBreaker[]>;
  /** Writes these, and removes all others. */
  keepBreakers(breakers: readonly KeptBreaker[]): Promise<void>;
  commit(): Promise<void>;
  /** Closes it; without `commit` it is as it was. */
  close(): Promise<void>;
}
