import { Registry } from '@prometheus-io/client';
import closeWithGrace from 'close-with-grace';
import packageJson from '../package.json' with { type: 'json' };
import { buildApp } from './app.ts';
import { loadConfig } from './config/config.ts';
import { shownSettings } from './config/shown-settings.ts';
import { straySettings } from './config/stray-settings.ts';
import { openStandardOutput } from './telemetry/log-stream.ts';
import { loggerOptions } from './telemetry/logger.ts';
import { collectProcessMetrics } from './telemetry/process-metrics.ts';

/** Milliseconds after which a stop is forced; amoCRM's calls on the wire get 8 s of them. */
const forcedStopMs = 9_500;

/** Milliseconds for whoever reads the log to take its last lines; a stop that lasts keeps some in hand. */
const flushMs = 1_000;
const spareMs = 200;

/**
 * Milliseconds before the first call to amoCRM: the second of what an earlier process has sent, and time for what was on
 * its way when that was killed.
 */
const restMs = 1_250;

/**
 * Runs the service until it is told to stop. Resolves to its address, e.g. `http://127.0.0.1:8080`.
 * Throws SettingError, FieldMapError and StoreError before it listens.
 */
export async function serve(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const config = loadConfig(env);
  const registry = new Registry();
  collectProcessMetrics(registry);
  const stream = openStandardOutput();
  const app = await buildApp({ config, logger: { ...loggerOptions(config.logLevel), stream }, registry, restMs });
  const address = await listen();
  const callers = [...new Set(config.apiKeys.map(({ caller }) => caller))];
  const versions = { version: packageJson.version, node: process.version };
  app.log.info({ address, ...versions, callers, settings: shownSettings(env) }, 'listening');
  for (const { name, near } of straySettings(env)) {
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    app.log.warn({ setting: name }, `${name} is no setting and is ignored${meant}`);
  }
  const onSecondError = (err: unknown) => app.log.fatal({ err }, 'another unexpected failure, exiting');
  closeWithGrace({ delay: forcedStopMs, logger: app.log, onSecondError }, async ({ signal, err }) => {
    const begun = performance.now();
    if (signal === undefined) app.log.fatal({ err }, 'unexpected failure, closing');
    else app.log.info({ signal }, 'closing');
    await app.close();
    app.log.info('closed');
    const leftMs = forcedStopMs - (performance.now() - begun) - spareMs;
    await stream.flush(Math.max(0, Math.min(flushMs, leftMs)));
    // What is thrown or rejected may be undefined, which alone would count as a good end.
    if (signal === undefined) process.exit(1);
  });
  return address;

  /** Fastify's own lines, one for each interface, make room for one of ours. */
  async function listen(): Promise<string> {
    const { level } = app.log;
    app.log.level = 'warn';
    try {
      // Of two addresses the second would get a server of its own, without what guards this one.
      const host = config.host === 'localhost' ? '127.0.0.1' : config.host;
      return await app.listen({ host, port: config.port });
    } finally {
      app.log.level = level;
    }
  }
}
