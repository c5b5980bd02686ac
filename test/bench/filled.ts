import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from './processes.ts';

export interface Filled {
  ms: number;
  contacts: number;
  /** On disk. */
  bytes: number;
}

const patienceMs = 60_000;
const patienceEachMs = 5;

/** Lets the service read all contacts of the account, of which there are so many, or check that it has them. */
export async function fillDirectory(service: Running, contacts: number): Promise<Filled> {
  const began = performance.now();
  await find(service, 0);
  for (;;) {
    const text = await (await fetch(`${service.address}/metrics`)).text();
    const read = (name: string) => Number(new RegExp(`^amocrm_steps_directory_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    if (read('complete') === 1) {
      const ms = performance.now() - began;
      return { ms, contacts: read('contacts'), bytes: read('bytes') };
    }
    if (performance.now() - began > patienceMs + contacts * patienceEachMs) {
      throw new Error(`the directory is not filled:\n${text}`);
    }
    await sleep(20);
  }
}

/** Finds somebody known by the number in Telegram; gives the milliseconds that it took. */
export async function find({ address }: Running, person: number): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${address}/steps/amocrm_find_contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ params: { telegram_id: String(person) } }),
  });
  const text = await response.text();
  const ms = performance.now() - began;
  if (JSON.parse(text).result?.found !== true) throw new Error(`${person} is not found: ${text}`);
  return ms;
}
