import { setTimeout as sleep } from 'node:timers/promises';

/** So many creates at once, or finds. */
export interface Order {
  /** Origin of the sandbox, or of the service. */
  url: string;
  token: string;
  count: number;
  /** What is looked for, a search each; absent where contacts are created. */
  queries?: string[];
  /** Milliseconds after which a create that has not ended counts as unanswered. */
  limitMs: number;
}

export interface Report {
  /** From the first create to the end of the last. */
  ms: number;
  answers: Answer[];
}

/** What the caller of one create was told. */
export interface Answer {
  name: string;
  id?: number | undefined;
  error?: string;
}

export interface Contacts {
  /** Creates a contact of this name and gives its id. */
  create(name: string): Promise<number | undefined>;
  /** Gives the id of the first contact that a search shows. */
  find?(query: string): Promise<number | undefined>;
}

/** Carries out the order on the command line and writes the report. */
export async function fulfil(prepare: (order: Order) => Contacts | Promise<Contacts>): Promise<void> {
  const order: Order = JSON.parse(process.argv[2] ?? '');
  const { create, find } = await prepare(order);
  const [work, names] = order.queries === undefined ? [create, namesOf(order.count)] : [find, order.queries];
  if (work === undefined) throw new Error('it cannot search');
  const unanswered = sleep(order.limitMs, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${order.limitMs / 1000} s`);
  });
  const began = performance.now();
  const answers = await Promise.all(
    names.map((name) =>
      Promise.race([work(name), unanswered]).then(
        (id): Answer => ({ name, id }),
        (error: unknown): Answer => ({ name, error: error instanceof Error ? error.message : String(error) }),
      ),
    ),
  );
  const report: Report = { ms: performance.now() - began, answers };
  process.stdout.write(JSON.stringify(report), () => process.exit());
}

export const prefix = 'Burst ';

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
