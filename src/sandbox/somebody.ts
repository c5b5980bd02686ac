import type { ForeignWrite } from './faults/actions.ts';
import type { Answer } from './http/answer.ts';
import { handle } from './http/handle.ts';
import { SOMEBODY_ID } from './seed/account.ts';
import type { World } from './world.ts';

/** Another user of the account. A write that amoCRM would refuse throws. */
export interface Somebody {
  /** Makes one item, e.g. `create('leads/67890/notes', { … })`, and returns its id; created_at may be long ago. */
  create(path: string, item: Record<string, unknown>, userId?: number): number;
  /** Changes the item that `id` names. */
  update(path: string, item: Record<string, unknown> & { id: number }, userId?: number): void;
}

export function somebodyOf(world: World): Somebody {
  return {
    create(path, item, userId = SOMEBODY_ID) {
      const [id] = writeAs(world, { method: 'POST', path, body: [item], userId }).stored ?? [];
      if (id === undefined) throw new Error(`POST ${path} makes nothing`);
      return id;
    },
    update(path, item, userId = SOMEBODY_ID) {
      writeAs(world, { method: 'PATCH', path, body: [item], userId });
    },
  };
}

/** What amoCRM answers to it. */
export function askAs(world: World, { method, path, body, userId = SOMEBODY_ID }: ForeignWrite): Answer {
  const url = new URL(`/api/v4/${path}`, 'http://sandbox');
  return handle(world, { method, url, host: url.host, body, userId });
}

export function writeAs(world: World, write: ForeignWrite): Answer {
  const answer = askAs(world, write);
  if (answer.status >= 400)
    throw new Error(`${write.method} ${write.path} by somebody else is refused: ${answer.body}`);
  return answer;
}
