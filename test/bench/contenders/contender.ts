import { setTimeout as sleep } from 'node:timers/promises';

/** So many creates at once. */
export interface Order {
  /** Origin of the sandbox, or of the service. */
  url: string;
  token: string;
  count: number;
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

/** Creates a contact of this name and gives its id. */
type Create = (name: string) => Promise<number | undefined>;

/** Carries out the order on the command line and writes the report. */
export async function fulfil(prepare: (order: Order) => Create | Promise<Create>): Promise<void> {
  const order: Order = JSON.parse(process.argv[2] ?? '');
  const create = await prepare(order);
  const unanswered = sleep(order.limitMs, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${order.limitMs / 1000} s`);
  });
  const began = performance.now();
  const answers = await Promise.all(
    namesOf(order.count).map((name) =>
      Promise.race([create(name), unanswered]).then(
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
