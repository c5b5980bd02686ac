import type { ServerResponse } from 'node:http';
import type { Exchange } from '../faults/perform.ts';
import type { Settings } from '../options.ts';
import { writeAs } from '../somebody.ts';
import type { World } from '../world.ts';
import { type Answer, html, problem } from './answer.ts';
import type { RequestRecord } from './request-log.ts';
import { headersOf, send } from './send.ts';

/**
 * A request under way: the work is done at most once, whatever becomes of the answer, which the log keeps unless it is
 * secret.
 */
export function exchangeOf(
  world: World,
  response: ServerResponse,
  record: RequestRecord,
  work: () => Answer,
  { isSecret = false } = {},
): Exchange {
  let done: Answer | undefined;
  return {
    process() {
      if (done) return done;
      done = work();
      record.doneAt = performance.now();
      if (done.stored) record.stored = done.stored;
      return done;
    },
    send(given) {
      record.status = response.destroyed ? 0 : given.status;
      if (!isSecret) world.log.answered(record, given.body);
      send(response, given, world.now());
    },
    sendStart(given, bytes) {
      record.status = response.destroyed ? 0 : given.status;
      response.writeHead(given.status, headersOf(given, world.now()));
      response.flushHeaders();
      const start = Buffer.from(given.body).subarray(0, bytes);
      return new Promise((resolve) => response.write(start, () => resolve()));
    },
    drop: () => response.destroy(),
    wait: (ms) => world.waiting.wait(ms),
    target: response.req.url ?? '/',
    writeMeanwhile: (write) => writeAs(world, write),
    ban: () => {
      world.settings.banned = true;
    },
    tooMany: () => tooMany(world.settings),
  };
}

// The gateway answers in HTML and names no Retry-After; a JSON body is what kommo.com documents.
export function tooMany({ tooManyBody }: Settings): Answer {
  if (tooManyBody === 'html') return html(429);
  const detail = 'You have sent too many requests in a given amount of time. Please try again later.';
  return problem(429, detail, { retry_after: 300 });
}
