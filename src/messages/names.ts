import type { Catalogue, Message } from './message.ts';

/** How a message about a name begins; the name follows. */
export interface NameWords {
  unknown: Message;
  ambiguous: Message;
}

export const nameWords = {
  pipelines: {
    unknown: { en: 'amoCRM has no pipeline', ru: 'в amoCRM нет воронки' },
    ambiguous: { en: 'Several pipelines are named', ru: 'есть несколько воронок с названием' },
  },
  statuses: {
    unknown: { en: 'the pipeline has no status', ru: 'в воронке нет этапа' },
    ambiguous: { en: 'Several statuses of the pipeline are named', ru: 'в воронке несколько этапов с названием' },
  },
  allStatuses: {
    unknown: { en: 'no pipeline has a status', ru: 'ни в одной воронке нет этапа' },
    ambiguous: { en: 'Several statuses are named', ru: 'есть несколько этапов с названием' },
  },
  users: {
    unknown: { en: 'amoCRM has no user', ru: 'в amoCRM нет пользователя' },
    ambiguous: { en: 'Several users are named', ru: 'есть несколько пользователей с именем' },
  },
  taskTypes: {
    unknown: { en: 'amoCRM has no task type', ru: 'в amoCRM нет типа задачи' },
    ambiguous: { en: 'Several task types are named', ru: 'есть несколько типов задач с названием' },
  },
  lossReasons: {
    unknown: { en: 'amoCRM has no loss reason', ru: 'в amoCRM нет причины отказа' },
    ambiguous: { en: 'Several loss reasons are named', ru: 'есть несколько причин отказа с названием' },
  },
  catalogs: {
    unknown: { en: 'amoCRM has no list', ru: 'в amoCRM нет списка' },
    ambiguous: { en: 'Several lists are named', ru: 'есть несколько списков с названием' },
  },
} satisfies Record<string, NameWords>;

/** Names of things of amoCRM, by which ids are found. */
export const nameMessages = {
  ambiguous: ({ ambiguous }: NameWords, name: string, ids: string) => ({
    en: `${ambiguous.en} "${name}"; use an id: ${ids}`,
    ru: `${ambiguous.ru} "${name}"; укажите id: ${ids}`,
  }),
  explained: ({ unknown }: NameWords, name: string, why: Message) => ({
    en: `${unknown.en} "${name}"; ${why.en}`,
    ru: `${unknown.ru} "${name}"; ${why.ru}`,
  }),
  pipelineHasNo: (pipeline: string) => ({
    en: `the pipeline "${pipeline}" has no status`,
    ru: `в воронке "${pipeline}" нет этапа`,
  }),
  thereAreNone: { en: 'there are none', ru: 'пока нет ни одного' },
  thereAre: (names: string) => ({ en: `there are ${names}`, ru: `есть ${names}` }),
  didYouMean: (near: string) => ({ en: `did you mean ${near}?`, ru: `возможно, вы имели в виду ${near}?` }),
  didYouMeanAmong: (near: string, rest: string) => ({
    en: `did you mean ${near}? There are also ${rest}`,
    ru: `возможно, вы имели в виду ${near}? Есть ещё ${rest}`,
  }),
  inactiveUser: { en: 'this user is inactive', ru: 'этот пользователь отключён' },
  elsewhere: (pipelines: string) => ({
    en: `it is a status of ${pipelines}: name that pipeline`,
    ru: `это этап воронки ${pipelines}: укажите эту воронку`,
  }),
  cannotLookUp: (reason: Message, param: string) => ({
    en: `${reason.en}; names cannot be looked up: give ${param}`,
    ru: `${reason.ru}; искать по названию нельзя: передайте ${param}`,
  }),
  needsNameOrId: { en: 'needs a name or an id', ru: 'нужно название или id' },
  lostOnly: {
    en: 'goes with the status lost only: add status: "lost"',
    ru: 'бывает только у этапа lost: добавьте status: "lost"',
  },
  otherPipeline: {
    en: 'is not the lead’s pipeline: name a status of it too',
    ru: 'сделка в другой воронке: укажите и этап этой воронки',
  },
  unsorted: (status: string) => ({
    en: `is "${status}", into which amoCRM alone puts leads: name another status`,
    ru: `это "${status}": туда сделки ставит только сам amoCRM; укажите другой этап`,
  }),
  unsortedSuch: (status: string, other: string) => ({
    en: `is "${status}", into which amoCRM alone puts leads: name another status, such as "${other}"`,
    ru: `это "${status}": туда сделки ставит только сам amoCRM; укажите другой этап, например "${other}"`,
  }),
  noPipelineHas: (status: number) => ({
    en: `no pipeline has the status ${status}`,
    ru: `ни в одной воронке нет этапа ${status}`,
  }),
} satisfies Catalogue;
