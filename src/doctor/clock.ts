import type { Span } from '../amocrm/client/server-clock.ts';
import { clockWords } from '../messages/doctor-service.ts';
import { type Finding, ok, warn } from './check.ts';

/** Seconds that a clock may be wrong: creates of unknown fate are looked for with as much to spare. */
const allowedSeconds = 5;

/** How far this machine's clock is from amoCRM's. `now`: wall-clock milliseconds; `there`: amoCRM's time then. */
export function checkClock(now: number, there: Span): Finding {
  const here = now / 1000;
  const ahead = here > there.latest ? here - there.latest : Math.min(0, here - there.earliest);
  const seconds = Math.round(Math.abs(ahead));
  if (seconds <= allowedSeconds) return ok(clockWords.right(allowedSeconds));
  return warn(ahead > 0 ? clockWords.ahead(seconds) : clockWords.behind(seconds), clockWords.set);
}
