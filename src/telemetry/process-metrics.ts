import { collectDefaultMetrics, Gauge, type Registry } from '@prometheus-io/client';
import packageJson from '../../package.json' with { type: 'json' };

/** Metrics of the library that are left out: parts of others, and those that say nothing about this service. */
const ofNoUse = /^nodejs_(heap_space_|eventloop_utilization_|active_|eventloop_lag_(min|mean|stddev|p50|p90)_)/;

/**
 * Adds metrics of the process: event loop, memory, garbage collection, CPU, open files, start. They cannot be removed,
 * so they are added once, by the process.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) if (ofNoUse.test(name)) registry.removeSingleMetric(name);
}

/** Adds the versions of the service and of Node.js. */
export function gaugeBuild(registry: Registry): void {
  new Gauge({
    name: 'amocrm_steps_build_info',
    help: 'Always 1; the labels say which version runs on which Node.js.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: packageJson.version, node: process.versions.node }, 1);
}
