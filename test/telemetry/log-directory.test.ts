import fastify from 'fastify';
import t from 'tap';
import { silentDirectoryObserver } from '../../src/amocrm/contact-directory/observer.ts';
import { logDirectory } from '../../src/telemetry/log-amocrm.ts';

t.test('the fill’s progress, what was mended and what failed have their lines, and others are told too', async (t) => {
  const lines: ReturnType<typeof JSON.parse>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const { log } = fastify({ logger: { level: 'info', stream } });
  const told: unknown[] = [];
  const observer = logDirectory(
    {
      ...silentDirectoryObserver,
      onScan: (report) => void told.push(report),
      onMended: (...given) => void told.push(given),
      onLost: (error) => void told.push(error),
      onFailed: (error) => void told.push(error),
    },
    log,
  );
  const progress = { kind: 'fill', event: 'progress', contacts: 10_000 } as const;
  const [lost, failed] = [new Error('damaged'), new Error('no answer')];
  observer.onScan(progress);
  observer.onMended('missing', 3);
  observer.onLost(lost);
  observer.onFailed(failed);
  t.match(lines, [
    { level: 30, ...progress, msg: 'contact directory' },
    { level: 40, what: 'missing', contacts: 3, msg: 'contact directory: mended' },
    { level: 40, err: { message: 'damaged' }, msg: 'contact directory: the file is made anew' },
    { level: 40, err: { message: 'no answer' }, msg: 'contact directory: tried again later' },
  ]);
  t.strictSame(told, [progress, ['missing', 3], lost, failed]);
});
