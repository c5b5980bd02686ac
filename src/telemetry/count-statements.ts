import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import type { StatementReport } from '../store/store.ts';
import { durationBuckets } from './buckets.ts';

/** Counts the statements of a database, and how long they take. */
export function countStatements(registry: Registry): (report: StatementReport) => void {
  const registers = [registry];
  const durations = new Histogram({
    name: 'amocrm_steps_database_statement_duration_seconds',
    help: 'Time until the database has answered a statement, the wait for a connection included. Only with DATABASE_URL.',
    buckets: durationBuckets,
    registers,
  });
  const unanswered = new Counter({
    name: 'amocrm_steps_database_unanswered_total',
    help: 'Statements that the database has not answered, or not in time. While it is away there is one each second, the sign of life.',
    registers,
  });
  return ({ ms, isAnswered }) => {
    if (isAnswered) durations.observe(ms / 1000);
    else unanswered.inc();
  };
}
