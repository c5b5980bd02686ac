import { Gauge, type Registry } from '@prometheus-io/client';

/** A gauge: its name without the service's prefix, its help text, and how it is read. */
export type Reading<Load> = [name: string, help: string, read: (load: Load) => number];

/** Gauges that are read at each scrape. */
export function gaugeReadings<Load>(
  registry: Registry,
  readings: readonly Reading<Load>[],
  load: () => Load | Promise<Load>,
): void {
  for (const [name, help, read] of readings) {
    new Gauge({
      name: `amocrm_steps_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(read(await load()));
      },
    });
  }
}
