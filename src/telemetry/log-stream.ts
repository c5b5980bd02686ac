import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import pino from 'pino';

/** What waits for a reader that lags behind: some ten thousand lines. */
const maxWaitingBytes = 4 * 1024 * 1024;

export interface LogStream {
  write(line: string): void;
  /** Resolves when all lines are with the reader, or will never be; after so many milliseconds at the latest. */
  flush(ms: number): Promise<void>;
}

/** Lines for standard output. Whoever does not read them holds nothing up; see `createLogStream`. */
export function openStandardOutput(fd = 1): LogStream {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket())
    return createLogStream(new Socket({ fd, readable: false, writable: true }).unref());
  // A file or a terminal takes everything at once.
  const destination = pino.destination({ dest: fd, sync: true });
  return { write: (line) => void destination.write(line), flush: async () => destination.flushSync() };
}

/**
 * Writes without waiting. As long as the reader keeps up a line is with the operating system at once; else it waits in
 * memory, and beyond `maxBytes` lines are dropped. Their number is told when all that waited has been read. A reader that goes away
 * ends the log, nothing else.
 */
export function createLogStream(output: Writable, maxBytes = maxWaitingBytes): LogStream {
  let dropped = 0;
  // The stream is destroyed then, and takes nothing any more.
  output.on('error', () => {});
  output.on('drain', () => {
    if (dropped === 0) return;
    const lost = {
      level: 'warn',
      time: new Date().toISOString(),
      lost: dropped,
      msg: 'log lines lost: nobody read them',
    };
    dropped = 0;
    output.write(`${JSON.stringify(lost)}\n`);
  });

  return {
    write(line) {
      if (output.destroyed) return;
      if (dropped > 0 || output.writableLength > maxBytes) dropped += 1;
      else output.write(line);
    },
    async flush(ms) {
      if (output.destroyed || output.writableLength === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      output.write('', () => resolve());
      await promise;
      clearTimeout(timer);
    },
  };
}
