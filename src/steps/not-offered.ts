import type { Message } from '../messages/message.ts';
import { adviceMessages } from '../messages/scenarios.ts';
import { Problem } from '../problems/problem.ts';

interface NotOffered {
  /** Russian; used in `__step_error__`. */
  label: string;
  /** What to use instead. */
  advice: Message;
}

/** Step types of the old plugin whose calls amoCRM's API does not have. They have no route and no schema. */
export const notOffered: Readonly<Record<string, NotOffered>> = {
  amocrm_delete_company: {
    label: 'удаление компании',
    advice: adviceMessages.deleteOrTag,
  },
  amocrm_delete_contact: {
    label: 'удаление контакта',
    advice: adviceMessages.deleteOrTag,
  },
  amocrm_delete_lead: {
    label: 'удаление сделки',
    advice: adviceMessages.deleteOrLose,
  },
  amocrm_delete_task: {
    label: 'удаление задачи',
    advice: adviceMessages.deleteOrComplete,
  },
  amocrm_create_event: {
    label: 'создание события',
    advice: adviceMessages.noteInstead,
  },
  amocrm_save_fields: {
    label: 'сохранение карты полей',
    advice: adviceMessages.mapFile,
  },
};

/** What to use instead of a step type of the old plugin; undefined for any other type. */
export function adviceFor(type: string): Message | undefined {
  return Object.hasOwn(notOffered, type) ? notOffered[type]?.advice : undefined;
}

/** The failure of such a step type; undefined for any other type. */
export function notOfferedProblem(type: string): Problem | undefined {
  const advice = adviceFor(type);
  return advice === undefined ? undefined : new Problem('STEP_NOT_OFFERED', advice, { label: notOffered[type]?.label });
}
