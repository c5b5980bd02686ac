import { type Clock, sleep } from '../../clock.ts';
import type { Outcome, UpstreamRequest } from '../client/client.ts';
import { policyOf } from '../client/outcomes.ts';
import type { Slot, SlotRequest } from '../pace/pacer.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';

/** Seconds of back-off with full jitter: each retry waits a random part of this, which doubles each time. */
const backOffSeconds = 0.4;

export interface ReadTools {
  wire: Wire;
  clock: Clock;
  observer: Observer;
}

/** Reads with retries and full jitter; gives the last outcome. `slot` is used for the first attempt. */
export async function readPatiently(
  { wire, clock, observer }: ReadTools,
  request: UpstreamRequest,
  slotRequest: SlotRequest,
  slot?: Slot,
): Promise<Outcome> {
  let next = slot ?? (await wire.acquire(slotRequest));
  for (let tries = 0; ; tries += 1) {
    const sent = await wire.send(next, request, slotRequest.signal);
    if (slotRequest.signal?.aborted === true) throw slotRequest.signal.reason;
    const { read, retries } = policyOf(sent.kind);
    const isTriedOnce = slotRequest.background === true && sent.kind !== 'stale-token';
    if (read === 'fail' || isTriedOnce || tries >= retries) return sent.outcome;
    const backOff = read === 'again' ? 0 : clock.random() * backOffSeconds * 2 ** tries;
    if (backOff > 0) await sleep(clock, backOff * clock.second, slotRequest.signal);
    next = await wire.acquire({ ...slotRequest, isFirst: false });
    observer.onRetry(request.method, sent.kind);
  }
}
