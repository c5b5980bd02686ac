import { type Operation, startOperation } from '../../../src/amocrm/operation/operation.ts';
import { createFakeClock, type FakeClock, settle } from '../../fixtures/fake-clock.ts';
import { createModelAccount, type ModelAccount } from './model-account.ts';
import type { Action, History } from './model-history.ts';
import { type Answered, faultOf } from './model-oracle.ts';
import { createModelService, memoryIndex, type Program } from './model-service.ts';

/** What the histories of a run have come to. */
export interface Tally {
  directory: number;
  search: number;
  doubts: number;
  created: number;
  refused: number;
  scans: number;
}

const freshMs = 1_000;
/** Seconds after which a change may show, less than the directory allows for. */
const lateSeconds = 50;
/** Seconds by which a program dates ahead that takes its local time for UTC. */
const aheadSeconds = 3 * 3600;
/** Virtual seconds in which all that is under way comes to its end. */
const restSeconds = 120;

export const emptyTally = (): Tally => ({ directory: 0, search: 0, doubts: 0, created: 0, refused: 0, scans: 0 });

/** Plays a history on the real service layer over a model of amoCRM; gives the answers that are wrong. */
export async function play(program: Program, history: History, tally: Tally): Promise<string[]> {
  const clock = createFakeClock();
  let turn = 0;
  const latency = () => history.latencies[turn++ % history.latencies.length] ?? 1;
  const account = createModelAccount(clock, latency);
  const { strangers, rateLimit, pageSize, longPages } = history.account;
  for (let count = 0; count < strangers; count += 1) account.add([], account.seconds() - 86_400);
  for (const who of history.contacts) account.add([phoneOf(who)], account.seconds() - 86_400);
  const service = createModelService(program, {
    ...{ clock, client: account.client, rateLimit, index: memoryIndex(program), freshMs, pageSize, longPages },
    observer: observe(tally),
  });
  const answers: Promise<Answered | undefined>[] = [];
  const ask = askOf(program, service, { account, clock, tally });
  for (const { after, what } of history.events) {
    await clock.advance(after);
    if (!happened(account, what)) answers.push(...ask(what));
    await settle();
  }
  const ended = await within(clock, Promise.all(answers));
  await within(clock, service.contactDirectory.stop());
  if (ended === undefined) return ['not all were answered'];
  return ended.flatMap((answered) => (answered && faultOf(account, answered, freshMs)) ?? []);
}

/** What a promise comes to while time passes; undefined where it takes too long. */
async function within<T>(clock: FakeClock, promise: Promise<T>): Promise<T | undefined> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  for (let second = 0; second < restSeconds && !isSettled; second += 1) await clock.advance(1_000);
  return isSettled ? settled : undefined;
}

/** Carries out what others do; false for what the service is asked. */
function happened(account: ModelAccount, what: Action): boolean {
  if (what.kind === 'add') account.add([phoneOf(what.who)]);
  else if (what.kind === 'import') account.add([phoneOf(what.who)], account.seconds() - 86_400);
  else if (what.kind === 'gains') account.change(what.place, ({ phones }) => void phones.push(phoneOf(what.who)));
  else if (what.kind === 'gains late')
    account.change(what.place, ({ phones }) => void phones.push(phoneOf(what.who)), lateSeconds);
  else if (what.kind === 'gains ahead')
    account.change(what.place, ({ phones }) => void phones.push(phoneOf(what.who)), -aheadSeconds);
  else if (what.kind === 'loses') account.change(what.place, (one) => lose(one.phones, phoneOf(what.who)));
  else if (what.kind === 'loses unseen') loseUnseen(account, what.place, phoneOf(what.who));
  else if (what.kind === 'mass') changeMany(account, what);
  else if (what.kind === 'touched') account.change(what.place, () => {});
  else if (what.kind === 'deleted') account.remove(what.place);
  else if (what.kind === 'merged') merge(account, what.place, what.into);
  else if (what.kind === 'falsely nothing') account.deny(what.to);
  else return false;
  return true;
}

function lose(phones: string[], phone: string): void {
  phones.splice(0, phones.length, ...phones.filter((one) => one !== phone));
}

/** Another program writes the old date again. What is lost so is still no hit, whereas what is gained would be missed. */
function loseUnseen(account: ModelAccount, place: number, phone: string): void {
  account.change(place, (one) => lose(one.phones, phone), Number.NaN);
}

/** The one that gains stands last in the order of changes, as ties have it. */
function changeMany(account: ModelAccount, { place, count, who }: { place: number; count: number; who: number }): void {
  account.change(place, ({ phones }) => void phones.push(phoneOf(who)));
  for (let index = 1; index < Math.min(count, account.contacts.size); index += 1) {
    account.change(place + index, () => {});
  }
}

/** What is merged keeps the lower id, and is there without a break. */
function merge(account: ModelAccount, place: number, into: number): void {
  const [one, other] = [place, into].map((index) => [...account.contacts.keys()][index % account.contacts.size]);
  if (one === undefined || other === undefined || one === other) return;
  const [kept, gone] = [Math.min(one, other), Math.max(one, other)];
  const phones = account.contacts.get(gone)?.phones ?? [];
  account.contacts.delete(gone);
  account.change([...account.contacts.keys()].indexOf(kept), (contact) => void contact.phones.push(...phones));
}

function askOf(
  program: Program,
  service: ReturnType<Program['createAmoService']>,
  { account, clock, tally }: { account: ModelAccount; clock: FakeClock; tally: Tally },
) {
  async function asked(
    kind: Answered['kind'],
    who: number,
    work: (operation: Operation) => Promise<Pick<Answered, 'id' | 'count' | 'isNew'>>,
  ): Promise<Answered | undefined> {
    const operation = startOperation('bot', 30_000, [], [], clock);
    const from = clock.now();
    try {
      return { kind, phone: phoneOf(who), from, ...(await work(operation)), to: clock.now() };
    } catch {
      tally.refused += 1;
      return undefined;
    } finally {
      operation.end();
    }
  }

  return (what: Action): Promise<Answered | undefined>[] => {
    if (what.kind === 'find') {
      return what.people.map((who) =>
        asked('find', who, async (operation) => {
          const { contact, count } = await program.findContact({ ...service, operation }, { phone: phoneOf(who) });
          return { id: contact?.id, count, isNew: false };
        }),
      );
    }
    if (what.kind === 'find or create') {
      return what.people.map((who) =>
        asked('find or create', who, async (operation) => {
          const params = { phone: phoneOf(who), name: `Контакт ${who}` };
          const { contact_id: id, created } = await program.findOrCreateContact({ ...service, operation }, params);
          if (created) tally.created += 1;
          return { id, count: 0, isNew: created };
        }),
      );
    }
    if (what.kind !== 'update') return [];
    const id = [...account.contacts.keys()][what.place % Math.max(1, account.contacts.size)];
    if (id === undefined) return [];
    const update_data = { phone: phoneOf(what.who) };
    const ended = asked('find', what.who, async (operation) => {
      await program.updateContact({ ...service, operation }, id, { update_data });
      return { id: undefined, count: 0, isNew: false };
    });
    return [ended.then(() => undefined)];
  };
}

function phoneOf(who: number): string {
  return `7900000000${who}`;
}

function observe(tally: Tally) {
  return {
    onFind(by: 'directory' | 'search') {
      tally[by] += 1;
    },
    onDoubt() {
      tally.doubts += 1;
    },
    onCatchUp() {},
    onScan() {
      tally.scans += 1;
    },
    onMended() {},
    onLost(reason: unknown) {
      throw reason;
    },
    onFailed() {},
  };
}
