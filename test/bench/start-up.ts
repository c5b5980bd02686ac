import type { Running } from './processes.ts';
import type { BenchSandbox } from './sandbox.ts';
import { startProxy, startService } from './services.ts';
import { duration, median, times } from './table.ts';

/** From the start of the process until it listens. */
export async function measureStartUp(sandbox: BenchSandbox, starts: number): Promise<string[][]> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < starts; index += 1) {
    ours.push(await readyAfter(startService(sandbox, {}, false)));
    bare.push(await readyAfter(startProxy(sandbox, false)));
  }
  const [own, other] = [median(ours), median(bare)];
  return [
    [
      `start-up until it listens, median of ${starts}`,
      duration(own),
      `${duration(other)}: the bare proxy`,
      `${times(own / other)} the time`,
    ],
  ];
}

async function readyAfter(starting: Promise<Running>): Promise<number> {
  const { readyMs, stop } = await starting;
  await stop();
  return readyMs;
}
