import { Registry } from '@prometheus-io/client';
import closeWithGrace from 'close-with-grace';
import packageJson from '../package.json' with { type: 'json' };
import { buildApp } from './app.ts';
import { isLoopback } from './config/addresses.ts';
import { loadConfig } from './config/config.ts';
import { shownSettings } from './config/shown-settings.ts';
import { openStandardOutput } from './telemetry/log-stream.ts';
import { loggerOptions } from './telemetry/logger.ts';
import { collectProcessMetrics } from './telemetry/process-metrics.ts';

/** Milliseconds after which the exit is forced; calls to amoCRM in flight get 8 s of them. */
const forcedStopMs = 9_500;

/** Milliseconds for the reader of the log to take its last lines; partly reserved if the shutdown is slow. */
const flushMs = 1_000;
const spareMs = 200;

/**
 * Milliseconds before the first call to amoCRM: one second in which amoCRM still counts the calls of an earlier
 * process, and time for those that were in flight when it was killed.
 */
const restMs = 1_250;

/**
 * Connections that may wait while the event loop is busy. With Node's own 511 a crowd of a thousand loses half of its
 * callers to TCP, which asks again after a second, then after longer and longer. The kernel's bound (Linux: 4,096) counts
 * as well.
 */
const backlog = 4096;

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
  for (const { name, near } of config.strays) {
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    app.log.warn({ setting: name }, `${name} is no setting and is ignored${meant}`);
  }
  if (config.databaseUrl !== undefined && isLoopback(config.host) && !isLoopback(new URL(config.replicaUrl).hostname)) {
    const settings = { HOST: config.host, REPLICA_URL: config.replicaUrl };
    app.log.warn(settings, 'other replicas reach this one only by a proxy on its machine; did you mean HOST=0.0.0.0?');
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
    // A thrown value may be undefined, which would count as a normal end.
    if (signal === undefined) process.exit(1);
  });
  return address;

  /** Fastify logs one line for each interface; they are replaced by one of ours. */
  async function listen(): Promise<string> {
    const { level } = app.log;
    app.log.level = 'warn';
    try {
      // With two addresses Fastify would open a second server, without the protections of this one.
      const host = config.host === 'localhost' ? '127.0.0.1' : config.host;
      return await app.listen({ host, port: config.port, backlog });
    } finally {
      app.log.level = level;
    }
  }
}
