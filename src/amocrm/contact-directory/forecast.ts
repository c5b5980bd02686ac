import { catchUpShare } from './pace.ts';

/** Pages of a catch-up, of both its walks, before it leaves room for others. */
export const quickPages = 12;

/** A catch-up under way. */
export interface UnderWay {
  /** When its first call was sent, monotonic milliseconds; Infinity before. */
  begunAt: number;
  /** Pages that were sent. */
  pages: number;
  /** Pages that it takes still, as far as that is known. */
  left: number;
}

export type Forecast = ReturnType<typeof createForecast>;

/**
 * How much catch-ups take at least. Whoever comes while one is under way needs the next, which reads again whatever may
 * still change when this one has begun.
 */
export function createForecast(pageSize: number) {
  let underWay: UnderWay | undefined;
  /** Contacts that the next catch-up must read, as far as that is known, and how many of them it reads twice. */
  let recent = 0;
  let twice = 0;

  const expectedPages = () => Math.ceil(recent / pageSize);
  /** Pages of the repetition, which a single page has none of. */
  const repeatedPages = () => (expectedPages() > 1 ? Math.ceil(twice / pageSize) : 0);
  const allPages = () => expectedPages() + repeatedPages();

  return {
    /** Pages that the next catch-up takes at least, but for those that it reads again. */
    expectedPages,
    begin(): UnderWay {
      underWay = { begunAt: Number.POSITIVE_INFINITY, pages: 0, left: allPages() };
      return underWay;
    },
    end(): void {
      underWay = undefined;
    },
    onSent(at: number): void {
      if (underWay === undefined) return;
      const { begunAt, pages, left } = underWay;
      Object.assign(underWay, { begunAt: Math.min(begunAt, at), pages: pages + 1, left: Math.max(0, left - 1) });
    },
    onRecent(contacts: number, ofThemTwice: number): void {
      recent = contacts;
      twice = ofThemTwice;
      if (underWay !== undefined) underWay.left = Math.max(underWay.left, repeatedPages());
    },
    /** It takes so many pages more before it begins anew. */
    onLong(pages: number): void {
      if (underWay !== undefined) underWay.left = pages + repeatedPages();
    },
    /** Calls until the end of the first one that begins at this moment (monotonic milliseconds) or later. */
    callsAhead(moment: number): number {
      const { begunAt, pages, left }: UnderWay = underWay ?? { begunAt: Number.NEGATIVE_INFINITY, pages: 0, left: 0 };
      return callsFor(left, pages) + (begunAt < moment ? callsFor(allPages(), 0) : 0);
    },
  };
}

/** What further pages take of the limit, once so many were sent: the first ones are not spaced out. */
function callsFor(pages: number, sent: number): number {
  const quick = Math.min(pages, Math.max(0, quickPages - sent));
  return Math.ceil(quick + (pages - quick) / catchUpShare);
}
