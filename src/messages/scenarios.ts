import type { Catalogue } from './message.ts';

/** Scenarios and step types. */
export const scenarioMessages = {
  twinId: (name: string) => ({
    en: `is the id of another step too: ${name}`,
    ru: `такой id есть и у другого шага: ${name}; сделайте id разными`,
  }),
  unknownType: (type: string) => ({
    en: `there is no step type ${type}; GET /steps lists them`,
    ru: `нет типа шага ${type}; список даёт GET /steps`,
  }),
  unknownTypeNear: (type: string, near: string) => ({
    en: `there is no step type ${type}; did you mean ${near}?`,
    ru: `нет типа шага ${type}; возможно, вы имели в виду ${near}?`,
  }),
  noConditionalParam: (names: string) => ({
    en: `is not a param of a conditional; params: ${names}`,
    ru: `у шага conditional нет такого параметра; есть ${names}`,
  }),
  mustBeStep: { en: 'must be the id of a step', ru: 'нужен id шага' },
  leadsNowhere: (target: string) => ({
    en: `leads to no step: ${target}`,
    ru: `ведёт к шагу, которого нет: ${target}`,
  }),
  noEndThere: {
    en: 'leads to no step: end is a type; leave the branch out, or add a step { "id": "end", "type": "end" }',
    ru: 'ведёт к шагу, которого нет: end — это тип; уберите ветвь или добавьте шаг { "id": "end", "type": "end" }',
  },
  badCondition: {
    en: "must be {a}, {a} == 'x' or {a} != 'x', with the text on the right in quotes and without placeholders; for the opposite change the branches over",
    ru: "должно быть {a}, {a} == 'x' или {a} != 'x', текст справа — в кавычках и без подстановок; для обратного условия поменяйте ветви местами",
  },
  notNextStep: (name: string, key: string) => ({
    en: `step ${name}: "${key}" is not read; the step that follows stands in next_step`,
    ru: `шаг ${name}: «${key}» не читается; следующий шаг указывается в next_step`,
  }),
  neverReached: (name: string, more: number) => ({
    en: `step ${name}${more === 0 ? '' : ` (and ${more} more)`} is never reached: no next_step and no branch leads there`,
    ru: `до шага ${name}${more === 0 ? '' : ` (и ещё ${more})`} дело не дойдёт: к нему не ведёт ни один next_step и ни одна ветвь`,
  }),
  ofStep: (name: string, warning: Record<'en' | 'ru', string>) => ({
    en: `step ${name}: ${warning.en}`,
    ru: `шаг ${name}: ${warning.ru}`,
  }),
  noContextRead: (key: string) => ({
    en: `"${key}" is not read; did you mean context?`,
    ru: `«${key}» не читается; возможно, вы имели в виду context?`,
  }),
  bareVariable: (name: string) => ({
    en: `is the same text whatever the values are: a variable stands in braces, {${name}}`,
    ru: `это один и тот же текст при любых значениях: переменная пишется в скобках, {${name}}`,
  }),
  tooLong: (most: number) => ({
    en: `More than ${most} steps were executed`,
    ru: `Выполнено больше ${most} шагов; проверьте, нет ли в сценарии цикла`,
  }),
  contextTooLarge: (name: string, bytes: number) => ({
    en: `With ${name} the context exceeds ${bytes} bytes`,
    ru: `С переменной ${name} контекст больше ${bytes} байт; сократите её`,
  }),
  dryAnswerTooLarge: (place: string, bytes: number) => ({
    en: `With the answer of step ${place} the context exceeds ${bytes} bytes`,
    ru: `С ответом шага ${place} весь ответ больше ${bytes} байт; сократите сценарий`,
  }),
} satisfies Catalogue;

/** Templates. */
export const templateMessages = {
  noValue: (placeholder: string, at: number) => ({
    en: `${placeholder} at position ${at} has no value in the context: pass it there, or write {name || ''}`,
    ru: `у ${placeholder} (позиция ${at}) нет значения в context; передайте его или напишите {имя || ''}`,
  }),
  noValueNear: (placeholder: string, at: number, near: string) => ({
    en: `${placeholder} at position ${at} has no value in the context; did you mean {${near}}?`,
    ru: `у ${placeholder} (позиция ${at}) нет значения в context; возможно, вы имели в виду {${near}}?`,
  }),
  unquoted: (placeholder: string, at: number) => ({
    en: `${placeholder} at position ${at} has no value in the context; a text after || stands in quotes: {name || 'text'}`,
    ru: `у ${placeholder} (позиция ${at}) нет значения в context; текст после || пишется в кавычках: {имя || 'текст'}`,
  }),
  noId: (placeholder: string, at: number) => ({
    en: `${placeholder} at position ${at} has no value in the context: pass it there, or look first whether there is one`,
    ru: `у ${placeholder} (позиция ${at}) нет значения в context; передайте его или сначала проверьте, что оно есть`,
  }),
  almostFilled: (place: string, text: string, name: string) => ({
    en: `${place} holds ${text} as it stands: a placeholder is {${name}} or {${name} || 'text'}`,
    ru: `${place} содержит ${text} как есть: подставляется только {${name}} или {${name} || 'текст'}`,
  }),
  hyphenated: (place: string, text: string, name: string) => ({
    en: `${place} holds ${text} as it stands: no placeholder has a name with "-"; call the value {${name}} in the context`,
    ru: `${place} содержит ${text} как есть: в именах подстановок нет дефиса; назовите значение в context {${name}}`,
  }),
  noText: (placeholder: string, at: number) => ({
    en: `${placeholder} at position ${at} is a list or an object and cannot stand inside text`,
    ru: `${placeholder} (позиция ${at}) — список или объект, внутри текста ему не место; укажите его поле, например {a.b}`,
  }),
  tooMuch: (bytes: number) => ({
    en: `Templates take more than ${bytes} bytes from the context`,
    ru: `Шаблоны берут из context больше ${bytes} байт; сократите тексты`,
  }),
  tooManyPlaceholders: {
    en: 'Templates have too many placeholders, or too much text to look for them in',
    ru: 'В шаблонах слишком много подстановок или текста, в котором их нужно искать; сократите их',
  },
  noContext: (placeholder: string) => ({
    en: `is the placeholder ${placeholder}: the bot has not filled it in, and the request has no context to take its value from`,
    ru: `это переменная ${placeholder}: бот её не подставил, а в запросе нет context, из которого взять её значение`,
  }),
  leftAsIs: (place: string, placeholder: string) => ({
    en: `${place} holds ${placeholder} as it stands: the request has no context to take its value from`,
    ru: `${place} содержит ${placeholder} как есть: в запросе нет context, из которого взять значение`,
  }),
} satisfies Catalogue;

/** What to use instead of step types whose calls amoCRM's API does not have. */
export const adviceMessages = {
  deleteOrTag: {
    en: 'amoCRM’s API deletes no such thing: delete it in amoCRM’s own window, or mark it with amocrm_add_tags',
    ru: 'API amoCRM такого не удаляет: удалите в интерфейсе amoCRM или пометьте тегом через amocrm_add_tags',
  },
  deleteOrLose: {
    en: 'amoCRM’s API deletes no such thing: delete it in amoCRM’s own window, or close it: amocrm_move_lead with status "lost"',
    ru: 'API amoCRM такого не удаляет: удалите в интерфейсе amoCRM или закройте сделку: amocrm_move_lead со status "lost"',
  },
  deleteOrComplete: {
    en: 'amoCRM’s API deletes no such thing: delete it in amoCRM’s own window, or close it: amocrm_complete_task with result_text',
    ru: 'API amoCRM такого не удаляет: удалите в интерфейсе amoCRM или закройте задачу: amocrm_complete_task с result_text',
  },
  noteInstead: {
    en: 'amoCRM makes its events itself: use amocrm_add_note with note_type "service_message"',
    ru: 'События amoCRM создаёт сам: используйте amocrm_add_note с note_type "service_message"',
  },
  mapFile: {
    en: 'fields are found by their names; for names of your own save the field map file and set AMO_FIELDS_FILE',
    ru: 'Поля находятся по названиям; для своих имён сохраните файл карты полей и задайте AMO_FIELDS_FILE',
  },
} satisfies Catalogue;
