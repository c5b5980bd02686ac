import t from 'tap';
import { createListReader, type ListReaderOptions } from '../../../src/amocrm/contact-directory/list-reader.ts';
import { createPacer } from '../../../src/amocrm/pace/pacer.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

t.test(
  'however many callers wait, a page goes out within two seconds, and they lose no more than its places',
  async (t) => {
    const clock = createFakeClock();
    const pacer = createPacer({ limit: 7, clock });
    const pages: number[] = [];
    const searches = new Map<string, number>();

    async function answered(request: Parameters<typeof pacer.acquire>[0]): Promise<void> {
      const { release } = await pacer.acquire(request);
      await new Promise<void>((resolve) => clock.after(100 + 10 * (clock.now() % 7), resolve));
      release();
    }
    async function searchOn(participant: string): Promise<never> {
      for (;;) {
        await answered({ participant });
        searches.set(participant, (searches.get(participant) ?? 0) + 1);
      }
    }
    const gate: ListReaderOptions['gate'] = {
      async readUnshared(_path, _query, { onSent, ...request }) {
        const { release } = await pacer.acquire(request);
        onSent();
        pages.push(clock.now());
        await new Promise<void>((resolve) => clock.after(150, resolve));
        release();
      },
      serverTime: () => ({ earliest: 0, latest: 0 }),
      load: () => t.fail('asked after a failure alone') as never,
    };
    const collection = { path: 'contacts', list: 'contacts' };
    const reader = createListReader({ gate, collection, clock, stamp: () => 1 });
    const { signal } = new AbortController();
    async function fillOn(): Promise<never> {
      for (;;) {
        await reader.inBackground('id asc', { page: 1, limit: 250, start: 0 }, signal);
        await new Promise<void>((resolve) => clock.after(135, resolve));
      }
    }

    for (let caller = 0; caller < 30; caller += 1) for (let i = 0; i < 2; i += 1) void searchOn(`caller ${caller}`);
    void fillOn();
    await clock.advance(60_000);
    const gaps = pages.slice(1).map((at, index) => at - Number(pages[index]));
    t.ok(gaps.length >= 29 && Math.max(...gaps) <= 2_000, `${gaps.length} gaps, the longest ${Math.max(...gaps)} ms`);
    t.ok(Math.min(...gaps) >= 1_000, 'callers go first before');
    const counts = [...searches.values()];
    t.ok(Math.min(...counts) >= 10 && Math.max(...counts) <= 12, `searches of each caller: ${counts}`);
  },
);
