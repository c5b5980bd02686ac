import type { FastifyBaseLogger } from 'fastify';
import type { Observer } from '../amocrm/wire/observer.ts';
import type { TokenReport } from '../amocrm/wire/token-source.ts';

/** Writes a line of what the observer is told, where it is worth one. */
export function logged(observer: Observer, log: FastifyBaseLogger): Observer {
  return {
    ...observer,
    onCall(report) {
      log.info(report, 'amocrm');
      observer.onCall(report);
    },
    onBreaker(state, reason) {
      log.warn({ state, reason }, 'breaker');
      observer.onBreaker(state, reason);
    },
  };
}

/** One line for each thing that happens to the tokens; what the operator has to act on is an error. */
export function logTokens(log: FastifyBaseLogger, { event, expiresAt, problem }: TokenReport): void {
  const about = { event, ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }) };
  if (event === 'failed') log.error({ ...about, err: problem }, 'tokens');
  else if (event === 'interrupted')
    log.warn(about, 'tokens: an exchange was cut off; if amoCRM refuses the next, authorize anew');
  else log.info(about, 'tokens');
}
