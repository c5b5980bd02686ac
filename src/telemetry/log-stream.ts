import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import pino from 'pino';

/** Bytes that wait for a slow reader: some ten thousand lines. */
const maxWaitingBytes = 4 * 1024 * 1024;

export interface LogStream {
  write(line: string): void;
  /** Resolves when all lines have been read or never will be; after this many milliseconds at the latest. */
  flush(ms: number): Promise<void>;
}

/** The log stream to standard output. A reader that does not read it blocks nothing; see `createLogStream`. */
export function openStandardOutput(fd = 1): LogStream {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket())
    return createLogStream(new Socket({ fd, readable: false, writable: true }).unref());
  // A file or a terminal accepts all writes at once.
  const destination = pino.destination({ dest: fd, sync: true });
  return { write: (line) => void destination.write(line), flush: async () => destination.flushSync() };
}

/**
 * Writes without waiting. While the reader keeps up each line is passed to the operating system at once. Otherwise
 * lines wait in memory, and beyond `maxBytes` they are dropped; their number is logged when all waiting lines have been
 * read. A reader that goes away ends the log, nothing else.
 */
export function createLogStream(output: Writable, maxBytes = maxWaitingBytes): LogStream {
  let dropped = 0;
  // The stream is destroyed then, and accepts nothing any more.
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
