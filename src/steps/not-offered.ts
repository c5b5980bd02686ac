import { Problem } from '../problems/problem.ts';

interface NotOffered {
  /** Russian; used in `__step_error__`. */
  label: string;
  /** What to use instead. */
  advice: string;
}

const noDeletion = 'amoCRM’s API deletes no such thing: delete it in amoCRM’s own window';

/** Step types of the old plugin whose calls amoCRM's API does not have. They have no route and no schema. */
const notOffered: Readonly<Record<string, NotOffered>> = {
  amocrm_delete_company: {
    label: 'удаление компании',
    advice: `${noDeletion}, or mark it with amocrm_add_tags`,
  },
  amocrm_delete_contact: {
    label: 'удаление контакта',
    advice: `${noDeletion}, or mark it with amocrm_add_tags`,
  },
  amocrm_delete_lead: {
    label: 'удаление сделки',
    advice: `${noDeletion}, or close it: amocrm_move_lead with status "lost"`,
  },
  amocrm_delete_task: {
    label: 'удаление задачи',
    advice: `${noDeletion}, or close it: amocrm_complete_task with result_text`,
  },
  amocrm_create_event: {
    label: 'создание события',
    advice: 'amoCRM makes its events itself: use amocrm_add_note with note_type "service_message"',
  },
  amocrm_save_fields: {
    label: 'сохранение карты полей',
    advice: 'fields are found by their names; for names of your own save the field map file and set AMO_FIELDS_FILE',
  },
};

/** What to use instead of a step type of the old plugin; undefined for any other type. */
export function adviceFor(type: string): string | undefined {
  return Object.hasOwn(notOffered, type) ? notOffered[type]?.advice : undefined;
}

/** The failure of such a step type; undefined for any other type. */
export function notOfferedProblem(type: string): Problem | undefined {
  const advice = adviceFor(type);
  return advice === undefined ? undefined : new Problem('STEP_NOT_OFFERED', advice, { label: notOffered[type]?.label });
}
