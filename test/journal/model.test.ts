import fc from 'fast-check';
import t from 'tap';
import { sleep } from '../../src/clock.ts';
import type { FaultAction } from '../../src/sandbox/sandbox.ts';
import { type KeyedAnswer, type KeyedService, startKeyed, until } from '../fixtures/keyed.ts';
import { writesTo } from '../fixtures/records.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** Requests of one body are told apart by their keys alone. */
const requests = [
  {
    key: 'a',
    url: '/steps/amocrm_create_lead',
    body: { params: { name: 'Сделка 1', price: 10 } },
    marks: ['Сделка 1'],
  },
  {
    key: 'b',
    url: '/steps/amocrm_create_lead',
    body: { params: { name: 'Сделка 1', price: 10 } },
    marks: ['Сделка 1'],
  },
  { key: 'c', url: '/steps/amocrm_create_contact', body: { params: { name: 'Контакт 1' } }, marks: ['Контакт 1'] },
  {
    key: 'd',
    url: '/steps/amocrm_find_or_create_contact',
    body: { params: { telegram_id: '4711', name: 'Контакт 2' } },
    marks: ['Контакт 2'],
  },
  {
    key: 'e',
    url: '/steps/amocrm_update_contact',
    body: { params: { contact_id: 12345, update_data: { last_name: 'Новая', notes: 'Заметка 1' } } },
    marks: ['Заметка 1'],
  },
  {
    key: 'f',
    url: '/scenarios/run',
    body: {
      steps: [
        { id: 'one', type: 'amocrm_create_contact', params: { name: 'Контакт 3' }, next_step: 'two' },
        {
          id: 'two',
          type: 'amocrm_create_lead',
          params: { name: 'Сделка 2', contact_id: '{created_contact.contact_id}' },
          next_step: 'three',
        },
        {
          id: 'three',
          type: 'amocrm_add_note',
          params: { entity_type: 'leads', entity_id: '{created_lead.lead_id}', note_text: 'Заметка 2' },
        },
      ],
      context: {},
    },
    marks: ['Контакт 3', 'Сделка 2', 'Заметка 2'],
  },
];
type Request = (typeof requests)[number];

/** Real milliseconds of a second in the gate's own waits. */
const second = 10;
const runs = Number(process.env.RUNS ?? 12);

const html = (status: number): FaultAction => ({ kind: 'status', status, body: 'html' });
const harms: FaultAction[] = [
  { kind: 'hang' },
  { kind: 'drop' },
  { kind: 'too-many' },
  { kind: 'system-error' },
  { kind: 'unauthorized' },
  html(502),
  html(504),
  ...[{ kind: 'hang' } as const, { kind: 'drop' } as const, html(500), html(504), html(200)].map(
    (next): FaultAction => ({ kind: 'after', next }),
  ),
  { kind: 'cut', bytes: 20 },
  { kind: 'omit' },
];

/** What the service has said: the stored answers. That they hold is what is checked. */
interface Model {
  answers: Map<string, string>;
}

interface Real {
  service: KeyedService;
}

type Command = fc.AsyncCommand<Model, Real>;

const send = async ({ service }: Real, { key, url, body }: Request) => service.post(url, body, key);

/** Takes note of an answer; a success says the same for ever after. */
function note({ answers }: Model, { key }: Request, { status, text, body }: KeyedAnswer): void {
  const known = answers.get(key);
  if (known !== undefined && text !== known) throw new Error(`${key} was answered ${known} and now ${text}`);
  if (status === 200) answers.set(key, text);
  else if (body.code === 'INTERNAL_ERROR') throw new Error(text);
}

/** How often the account holds each mark. */
function counts({ service }: Real): Map<string, number> {
  const { contacts, leads, notes } = service.sandbox.store;
  const names = [...contacts.values(), ...leads.values()].map(({ name }) => String(name));
  const texts = [...notes.contacts.values(), ...notes.leads.values()].map(({ params }) => String(params.text));
  const held = Map.groupBy([...names, ...texts], (mark) => mark);
  return new Map([...held].map(([mark, list]) => [mark, list.length]));
}

/** No more of anything than there are keys that ask for it. */
function check(real: Real): void {
  const held = counts(real);
  for (const mark of new Set(requests.flatMap(({ marks }) => marks))) {
    const asked = requests.filter(({ marks }) => marks.includes(mark)).length;
    const found = held.get(mark) ?? 0;
    if (found > asked) throw new Error(`${mark} is there ${found} times`);
  }
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await run(model, real);
      check(real);
    },
    toString: () => name,
  };
}

const anyRequest = fc.constantFrom(...requests);
const commands = [
  anyRequest.map((request) =>
    command(`send ${request.key}`, async (model, real) => note(model, request, await send(real, request))),
  ),
  fc.subarray(requests, { minLength: 2 }).map((some) =>
    command(`send ${some.map(({ key }) => key)} at once`, async (model, real) => {
      const sent = some.map(async (request) => ({ request, answer: await send(real, request) }));
      for (const { request, answer } of await Promise.all(sent)) note(model, request, answer);
    }),
  ),
  anyRequest.map((request) =>
    command(`send ${request.key} with another body`, async (_model, { service }) => {
      // A key that has left no trace is free for anything.
      if (!service.rows('keys').some(({ key }) => key === request.key)) return;
      const answer = await service.post(request.url, { ...request.body, id: 'x', scenario_id: 'x' }, request.key);
      if (answer.body.code !== 'IDEMPOTENCY_KEY_REUSED') throw new Error(answer.text);
    }),
  ),
  fc.record({ action: fc.constantFrom(...harms), skip: fc.nat(2), times: fc.integer({ min: 1, max: 3 }) }).map((rule) =>
    command(`harm ${JSON.stringify(rule)}`, async (_model, { service }) => {
      service.sandbox.faults.add({ method: 'POST', ...rule });
    }),
  ),
  fc.record({ some: fc.subarray(requests, { minLength: 1 }), calls: fc.nat(3) }).map(({ some, calls }) =>
    command(`send ${some.map(({ key }) => key)} and die after ${calls} calls`, async (_model, { service }) => {
      const arrived = service.sandbox.requests.length + calls;
      const lost = Promise.all(some.map((request) => send({ service }, request)));
      const over = lost.then(() => true);
      let isOver = false;
      void over.then(() => {
        isOver = true;
      });
      await until(() => isOver || service.sandbox.requests.length >= arrived);
      await service.crash();
      await lost;
    }),
  ),
  fc.constant(command('restart', (_model, { service }) => service.restart())),
];

const promise = 'whatever happens, each key’s entities are there at most once, and once when it says success';

t.test(promise, { timeout: 30_000 + runs * 5_000 }, async (t) => {
  const seed = Number(process.env.SEED ?? 20_261_124);
  t.comment(`seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 12 }), async (plan) => {
      const ends: (() => Promise<unknown>)[] = [];
      const service = await startKeyed(
        { teardown: (end) => void ends.unshift(end) },
        { env: { AMO_TIMEOUT_MS: '100' }, second },
      );
      try {
        const real = { service };
        const model: Model = { answers: new Map() };
        await fc.asyncModelRun(() => ({ model, real }), plan);
        service.sandbox.faults.clear();
        await sendUntilDone(model, real);
        judgeEnd(model, real);
      } finally {
        for (const end of ends) await end();
      }
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  t.pass('held for every plan');
});

async function sendUntilDone(model: Model, real: Real): Promise<void> {
  let left = requests;
  for (let round = 0; left.length > 0; round += 1) {
    const failed: Request[] = [];
    for (const request of left) {
      const answer = await send(real, request);
      note(model, request, answer);
      if (answer.status !== 200) failed.push(request);
      if (round > 8 && answer.status !== 200) throw new Error(`${request.key} never succeeds: ${answer.text}`);
    }
    left = failed;
    real.service.travel(61);
    // The breaker's five seconds.
    if (left.length > 0) await sleep(createUnhurriedClock(), 6 * second);
  }
}

function judgeEnd({ answers }: Model, real: Real): void {
  const held = counts(real);
  for (const mark of new Set(requests.flatMap(({ marks }) => marks))) {
    const asked = requests.filter(({ marks }) => marks.includes(mark)).length;
    if (held.get(mark) !== asked) throw new Error(`${mark} is there ${held.get(mark)} times, not ${asked}`);
  }
  const ids = ['a', 'b'].map((key) => JSON.parse(answers.get(key) ?? '{}').result?.lead_id);
  if (ids[0] === ids[1]) throw new Error('two keys were given one lead');
  const sent = writesTo(real.service.sandbox).filter(({ method }) => method === 'PATCH').length;
  if (sent === 0) throw new Error('the update never went out');
}
