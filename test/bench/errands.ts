import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { phoneOf } from './crowd-account.ts';

/** What a crowd of users asks for. */
export interface Errand {
  what: string;
  path: string;
  bodyOf(user: number): unknown;
  isDone(answer: Answer, user: number): boolean;
  /** Calls that one user takes where none is shared. */
  callsEach: number;
}

export interface Answer {
  status: number;
  body: ReturnType<typeof JSON.parse>;
}

/** Every second user of the scenario is known. */
export function errands(known: number): Record<'find' | 'findOrCreate' | 'scenario', Errand> {
  const knownOf = (user: number) => user % known;
  return {
    find: {
      what: 'a find of somebody known',
      path: 'steps/amocrm_find_contact',
      bodyOf: (user) => ({ params: { telegram_id: String(knownOf(user)) } }),
      isDone: ({ body }) => body.result?.found === true,
      callsEach: 1,
    },
    findOrCreate: {
      what: 'a find-or-create of somebody new',
      path: 'steps/amocrm_find_or_create_contact',
      bodyOf: (user) => ({ params: { telegram_id: String(user), phone: phoneOf(user), name: `Толпа ${user}` } }),
      isDone: ({ body }) => body.result?.created === true,
      callsEach: 2,
    },
    scenario: {
      what: 'the scenario of find, create, lead and note, half of the users known',
      path: 'scenarios/run',
      bodyOf: (user) => scenarioOf(user % 2 === 0 ? knownOf(user) : user),
      isDone: ({ status }) => status === 200,
      callsEach: 3.5,
    },
  };
}

/** The scenario of the documentation, which is the seed's, for a user of its own. */
function scenarioOf(user: number) {
  return { ...exampleScenario, context: { user_telegram_id: String(user), user_name: `Бот ${user}` } };
}
