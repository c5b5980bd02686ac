import { createLocks } from '../operation/locks.ts';
import type { Operation } from '../operation/operation.ts';
import { nameOfWrite, type WriteAnswer, type WriteMethod } from '../operation/write-log.ts';
import type { Collection, OwnCollection } from '../shapes/collection.ts';
import type { Dictionaries } from './dictionaries.ts';
import type { Draft } from './draft.ts';
import type { Lane, Proof, Redraft } from './lane.ts';
import { createLateWrites } from './late-writes.ts';
import type { Recall } from './recall.ts';
import { kindOfWrite } from './write-kinds.ts';
import { createLoneWriter, createWriter, type Writer } from './writer.ts';

/** What is to be written; see `write-kinds.ts`. */
export type Write = { draft: Draft } & Target;

type Target =
  /** One item to post to a list: a new entity, a note; or a link, whose proof tells whether it stands as it shall. */
  | { method: 'POST'; collection: Collection; proof?: Proof }
  /** One entity of a list to update; the draft's body has the `id`. */
  | { method: 'PATCH'; collection: Collection; redraft: Redraft }
  /** One object at a path of its own. Without a proof it is sent again when it is open: doing it twice is doing it once. */
  | { method: WriteMethod; collection: OwnCollection; proof?: Proof };

export type WritersOptions = Omit<Lane, 'kind' | 'collection' | 'name' | 'underWay' | 'late'>;

/** The writers of all lists, and those of what is being written alone. */
export function createWriters(tools: WritersOptions, recall: Recall, dictionaries: Pick<Dictionaries, 'idsOf'>) {
  const options = { ...tools, late: createLateWrites(tools.clock) };
  const locked = createLocks();
  const ofLists = new Map<string, Writer>();
  const alone = new Set<Writer>();

  async function send(write: Write, order: Parameters<Writer['write']>[0], operation: Operation) {
    const { method, collection } = write;
    const kind = kindOfWrite(method, collection, order.proof);
    if (!kind.isAlone) {
      const name = `${method} ${collection.path}`;
      const batchSize = Math.min(options.batchSize, collection.maxItems ?? options.batchSize);
      const writer = ofLists.get(name) ?? createWriter({ ...options, batchSize, kind, collection });
      ofLists.set(name, writer);
      return writer.write(order, operation);
    }
    const writer = createLoneWriter({ ...options, kind, collection });
    alone.add(writer);
    return writer.write(order, operation).finally(() => alone.delete(writer));
  }

  async function sendUnlessDone(write: Write, operation: Operation): Promise<WriteAnswer> {
    const { method, collection, draft } = write;
    const redraft = 'redraft' in write ? write.redraft : undefined;
    const proof = 'proof' in write ? write.proof : undefined;
    const logged = operation.log?.next(nameOfWrite(method, collection.path, draft.body));
    const recalled = logged && (await recall(collection, logged, operation, proof));
    if (recalled !== undefined) return recalled;
    const before = isEntry(write) ? await dictionaries.idsOf(collection, operation) : undefined;
    return send(write, { draft, redraft, proof, before, logged }, operation);
  }

  return {
    /** Writes unless an earlier attempt under the same key has done it. */
    write(write: Write, operation: Operation): Promise<WriteAnswer> {
      if (!isEntry(write)) return sendUnlessDone(write, operation);
      // One at a time: what another write of ours adds meanwhile must not be taken for this item.
      return locked([write.collection.path], operation, () => sendUnlessDone(write, operation));
    },
    /** Answers all writes in progress: their outcome will not be found out any more. */
    abandon(reason: Error): void {
      for (const writer of [...ofLists.values(), ...alone]) writer.abandon(reason);
    },
  };
}

function isEntry({ method, collection }: Write): boolean {
  return method === 'POST' && collection.posts === 'dictionary';
}
