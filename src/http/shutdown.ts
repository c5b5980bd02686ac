import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Clock, sleep } from '../clock.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { sendProblem } from './problem-replies.ts';

export interface DrainOptions {
  clock: Clock;
  /** Ends the calls that are still in flight; those who wait for them are answered then. */
  giveUp(reason: Problem): void;
  /** Whether what comes meanwhile is passed on to others. */
  passesOn?: boolean;
}

export interface Shutdown {
  /** Aborts all waits; its reason is a Problem. */
  signal: AbortSignal;
  /** Lets the shutdown wait for a work. */
  waitFor(work: Promise<unknown>): void;
}

/** A shutdown that the app begins when it closes. */
export interface ShutdownToCome extends Shutdown {
  begin(reason: Problem): void;
  isIdle(): boolean;
  /** Called whenever the last of the works has ended. */
  onIdle: () => void;
}

/** Seconds for calls in flight, and then for sending the last answers. */
const drainSeconds = 8;
/** Of these the seconds in which another replica is looked for. */
export const leaveSeconds = 6;
const farewellSeconds = 1;
/** Turns of the event loop for refusing requests that have arrived already, before connections close. */
const lastTurns = 10;

export function createShutdown(): ShutdownToCome {
  const closing = new AbortController();
  const works = new Set<Promise<unknown>>();
  const shutdown: ShutdownToCome = {
    signal: closing.signal,
    begin: (reason) => closing.abort(reason),
    isIdle: () => works.size === 0,
    onIdle() {},
    waitFor(work) {
      works.add(work);
      const done = () => {
        works.delete(work);
        if (works.size === 0) shutdown.onIdle();
      };
      work.then(done, done);
    },
  };
  return shutdown;
}

/**
 * While the app closes it keeps listening until requests in progress have ended, so that new requests are told why they
 * are refused. Waits are aborted at once by the signal, calls in flight after 8 s.
 */
export function drainOnClose(
  app: FastifyInstance,
  shutdown: ShutdownToCome,
  { clock, giveUp, passesOn = false }: DrainOptions,
): void {
  const { signal } = shutdown;
  const goingDown = new Problem('SHUTTING_DOWN', serviceMessages.goingDown);
  const requests = new Set<FastifyRequest>();
  /** Requests whose body has not been received yet. */
  const arriving = new Map<FastifyRequest, FastifyReply>();
  let idle = () => {};
  shutdown.onIdle = end;

  function isIdle(): boolean {
    return requests.size === 0 && shutdown.isIdle();
  }

  function end(): void {
    if (isIdle()) idle();
  }

  async function untilIdle(ms: number): Promise<void> {
    if (ms <= 0 || isIdle()) return;
    const waited = new AbortController();
    idle = () => waited.abort();
    await sleep(clock, ms, waited.signal).catch(() => undefined); // Aborted by the signal: the normal end.
  }

  app.addHook('onRequest', async (request, reply) => {
    if (signal.aborted && !passesOn) throw goingDown;
    requests.add(request);
    arriving.set(request, reply);
  });
  app.onRequestEnd((request) => {
    requests.delete(request);
    arriving.delete(request);
    end();
  });
  app.addHook('preValidation', async (request) => void arriving.delete(request));
  app.addHook('onSend', async (_request, reply) => {
    if (signal.aborted) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    shutdown.begin(goingDown);
    if (!passesOn) for (const [request, reply] of arriving) if (!reply.sent) sendProblem(goingDown, request, reply);
    await untilIdle(drainSeconds * clock.second);
    giveUp(goingDown);
    // One limit for all turns: clients that do not read their answers must not delay the exit.
    const until = clock.now() + farewellSeconds * clock.second;
    await untilIdle(until - clock.now());
    for (let turn = 0; turn < lastTurns; turn += 1) {
      await setImmediate();
      await untilIdle(until - clock.now());
    }
  });
}

/** An onRoute hook: the shutdown waits for the route's handler, even if its caller has hung up. */
export function waitForHandlers({ waitFor }: Shutdown): (route: RouteOptions) => void {
  return (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      const work = Promise.resolve(handler.call(this, request, reply));
      waitFor(work);
      return work;
    };
  };
}
