import { isDeepStrictEqual } from 'node:util';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { fieldIds, heldValues } from '../fixtures/records.ts';
import type { Operation } from './load.ts';

/** How an operation ended for its caller: OK with an id, or the code of its failure. */
export interface Outcome {
  operation: Operation;
  code: string;
  id?: number;
  /** Whether find-or-create has created. */
  isNew?: boolean;
}

/** Something that a run has made in amoCRM. */
interface Held {
  id: number;
  type: Operation['type'];
  mark: string;
  /**
   * Whether it is what was sent, exactly. Not exactly, where others differ from it only in what it lacks or in its tags:
   * one of them that is lost may be answered with another, since every key that was sent reads back, tags left out.
   */
  isAsSent(params: Operation['params'], isExact: boolean): boolean;
}

/**
 * Holds what callers were told against what amoCRM has, which is the truth. Each entry is a promise broken: something is
 * lost, doubled, stored in spite of a definite failure, answered with the id of something else, or not as it was sent.
 */
export function findViolations(sandbox: Sandbox, outcomes: readonly Outcome[]): string[] {
  const creates = outcomes.filter(({ operation }) => operation.type !== 'amocrm_update_contact');
  const updates = outcomes.filter(({ operation }) => operation.type === 'amocrm_update_contact');
  const held = Map.groupBy(heldBy(sandbox), keyOf);
  const groups = Map.groupBy(creates, ({ operation }) => keyOf(operation));
  return [
    ...outcomes.flatMap(faultOfAnswer),
    ...[...groups].flatMap(([key, group]) => {
      const judge = key.startsWith('amocrm_find') ? judgePerson : judgeCreates;
      return judge(group, held.get(key) ?? []);
    }),
    ...[...held.keys()].filter((key) => !groups.has(key)).map((key) => `${key}: nobody asked for it`),
    ...updates.flatMap((update) => judgeUpdate(update, sandbox)),
  ];
}

function keyOf({ type, mark }: { type: string; mark: string }): string {
  return `${type} «${mark}»`;
}

function faultOfAnswer({ operation, code }: Outcome): string[] {
  if (code === 'INTERNAL_ERROR' || code === 'NO_ANSWER') return [`${keyOf(operation)}: ${code}`];
  if (operation.isBad === true && code === 'OK') return [`${keyOf(operation)}: amoCRM cannot have taken it`];
  return [];
}

/** Creates of one mark: each success is there, on its own, as sent; beyond them only what is open may be there. */
function judgeCreates(group: readonly Outcome[], there: readonly Held[]): string[] {
  const done = group.filter(({ code }) => code === 'OK');
  const open = group.filter(({ code }) => code === 'OUTCOME_UNKNOWN');
  const areEqual = group.every(({ operation }) => isDeepStrictEqual(operation, group[0]?.operation));
  const wrong = done.flatMap(({ id, operation }) => {
    const own = there.find((each) => each.id === id);
    if (own === undefined) return [`${keyOf(operation)}: ${id} is not there`];
    return own.isAsSent(operation.params, areEqual) ? [] : [`${keyOf(operation)}: ${id} is not as it was sent`];
  });
  const key = group.slice(0, 1).map(({ operation }) => keyOf(operation));
  if (new Set(done.map(({ id }) => id)).size < done.length) wrong.push(`${key}: successes share an id`);
  if (there.length > done.length + open.length) {
    wrong.push(`${key}: there ${there.length} times, told ${group.map(({ code }) => code).join(', ')}`);
  }
  return wrong;
}

/** One new person: one contact, which all who were answered share and exactly one of them has made. */
function judgePerson(group: readonly Outcome[], there: readonly Held[]): string[] {
  const done = group.filter(({ code }) => code === 'OK');
  const open = group.filter(({ code }) => code === 'OUTCOME_UNKNOWN').length;
  const made = done.filter(({ isNew }) => isNew === true).length;
  const ids = new Set(done.map(({ id }) => id));
  const areThere = [...ids].every((id) => there.some((each) => each.id === id));
  const isRight =
    areThere && there.length <= made + open && (open > 0 || (made === there.length && ids.size === there.length));
  const told = group.map(({ code, id, isNew }) => [code, id, isNew === true ? 'new' : ''].join(' ').trim());
  return isRight ? [] : [`${group[0]?.operation.mark}: there ${there.length} times, told ${told.join(', ')}`];
}

function judgeUpdate({ operation, code }: Outcome, { store }: Sandbox): string[] {
  const isDone = store.contacts.get(Number(operation.params.contact_id))?.name === operation.mark;
  if (code === 'OUTCOME_UNKNOWN' || isDone === (code === 'OK')) return [];
  return [`${keyOf(operation)}: told ${code}, ${isDone ? 'but it was changed' : 'but nothing was changed'}`];
}

function heldBy(sandbox: Sandbox): Held[] {
  const { store } = sandbox;
  const contacts = store.contacts.values().map(({ id, name }): Held => {
    const isAsSent: Held['isAsSent'] = (params, isExact) => isContactAsSent(sandbox, id, params, isExact);
    const type = name.startsWith('Человек') ? 'amocrm_find_or_create_contact' : 'amocrm_create_contact';
    return { id, type, mark: name, isAsSent };
  });
  const leads = store.leads.values().map(({ id, name, price }): Held => {
    const linked = store.links.of({ kind: 'leads', id }, 'contacts').map((link) => link.id);
    if (name.startsWith('Пара')) {
      const names = linked.map((contact) => store.contacts.get(contact)?.name);
      const isPair: Held['isAsSent'] = (params) => price === params.price && isOnly(names, Object(params.contact).name);
      return { id, type: 'amocrm_create_lead_complex', mark: name, isAsSent: isPair };
    }
    const isAsSent: Held['isAsSent'] = (params) => price === params.price && isOnly(linked, params.contact_id);
    return { id, type: 'amocrm_create_lead', mark: name, isAsSent };
  });
  const companies = store.companies.values().map(({ id, name, custom_fields_values }): Held => {
    const sites = custom_fields_values.flatMap(({ values }) => values.map(({ value }) => value));
    const isAsSent: Held['isAsSent'] = ({ website }, isExact) =>
      (website === undefined && !isExact) || isOnly(sites, website);
    return { id, type: 'amocrm_create_company', mark: name, isAsSent };
  });
  const tasks = store.tasks.values().map(({ id, text, complete_till, entity_id }): Held => {
    const isAsSent: Held['isAsSent'] = (params, isExact) =>
      complete_till === params.complete_till && (entity_id === (params.entity_id ?? null) || !isExact);
    return { id, type: 'amocrm_create_task', mark: text, isAsSent };
  });
  const notes = (['leads', 'contacts'] as const).flatMap((kind) =>
    store.notes[kind].values().map(({ id, entity_id, params: { text } }): Held => {
      const isAsSent: Held['isAsSent'] = (params) => params.entity_type === kind && params.entity_id === entity_id;
      return { id, type: 'amocrm_add_note', mark: String(text), isAsSent };
    }),
  );
  // What was planted has other names.
  const marks = /(Контакт|Человек|Сделка|Заметка|Пара|Компания|Задача) \d+$/;
  return [...contacts, ...leads, ...notes, ...companies, ...tasks].filter(({ mark }) => marks.test(mark));
}

function isContactAsSent(sandbox: Sandbox, id: number, params: Operation['params'], isExact: boolean): boolean {
  const { store } = sandbox;
  const { phone, email, tags = [] } = params;
  const names = (store.contacts.get(id)?.tags ?? []).map((tag) => store.tags.contacts.get(tag)?.name);
  const areValues = (field: number, sent: unknown) =>
    (sent === undefined && !isExact) || isOnly(heldValues(sandbox, id, field), sent);
  return (
    areValues(fieldIds.phone, phone) &&
    areValues(fieldIds.email, email) &&
    (!isExact || isDeepStrictEqual(new Set(names), new Set(Array.isArray(tags) ? tags : [])))
  );
}

/** The one value that was sent, or none where none was. */
function isOnly(held: readonly unknown[], sent: unknown): boolean {
  return sent === undefined ? held.length === 0 : held.length === 1 && held[0] === sent;
}
