import type { FastifyBaseLogger } from 'fastify';
import type { DirectoryObserver } from '../amocrm/contact-directory/observer.ts';
import type { Observer } from '../amocrm/wire/observer.ts';
import type { TokenReport } from '../amocrm/wire/token-source.ts';

/** Logs the events of the observer that are worth a line. */
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

/** Logs that the address of the process seems to be blocked, or no longer. */
export function logAddressBlock(log: FastifyBaseLogger, isBlocked: boolean): void {
  if (isBlocked)
    log.error(
      'amoCRM has blocked several accounts at once, maybe this address: nothing is sent but one probe every 30 s',
    );
  else log.warn('amoCRM lets this address in again');
}

/** Logs one line for each event of the tokens; one that an operator must act on is an error. */
export function logTokens(log: FastifyBaseLogger, { event, expiresAt, problem }: TokenReport): void {
  const about = { event, ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() }) };
  if (event === 'failed') log.error({ ...about, err: problem }, 'tokens');
  else if (event === 'missing') log.warn(about, 'tokens: there are none yet, open /oauth/start in a browser');
  else if (event === 'interrupted')
    log.warn(about, 'tokens: an exchange was cut off; if amoCRM refuses the next, authorize anew');
  else log.info(about, 'tokens');
}

/** Logs the events of the contact directory that are worth a line. */
export function logDirectory(observer: DirectoryObserver, log: FastifyBaseLogger): DirectoryObserver {
  return {
    ...observer,
    onScan(report) {
      log.info(report, 'contact directory');
      observer.onScan(report);
    },
    onMended(what, contacts) {
      log.warn({ what, contacts }, 'contact directory: mended');
      observer.onMended(what, contacts);
    },
    onLost(err) {
      log.warn({ err }, 'contact directory: the file is made anew');
      observer.onLost(err);
    },
    onFailed(err) {
      log.warn({ err }, 'contact directory: tried again later');
      observer.onFailed(err);
    },
  };
}
