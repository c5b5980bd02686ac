import { collectDefaultMetrics, Gauge, type Registry } from '@prometheus-io/client';
import packageJson from '../../package.json' with { type: 'json' };

/** Among the library's metrics of the process: parts of others, and what says nothing of this service. */
const ofNoUse = /^nodejs_(heap_space_|eventloop_utilization_|active_|eventloop_lag_(min|mean|stddev|p50|p90)_)/;

/**
 * Adds what concerns the process: event loop, memory, garbage collection, CPU, open files, start. It cannot be
 * called off, so it belongs to the process's edge, once.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const { name } of registry.getMetricsAsArray()) if (ofNoUse.test(name)) registry.removeSingleMetric(name);
}

/** Adds which version of the service runs on which Node.js. */
export function gaugeBuild(registry: Registry): void {
  new Gauge({
    name: 'amocrm_steps_build_info',
    help: 'Always 1; the labels say which version runs on which Node.js.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: packageJson.version, node: process.versions.node }, 1);
}
