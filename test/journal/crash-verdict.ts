import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Outcome } from './crash-load.ts';

/** What amoCRM holds against what was asked for: each entity exactly once, with the id that was answered. */
export function findFaults(sandbox: Sandbox, outcomes: readonly Outcome[]): string[] {
  const { contacts, leads, notes } = sandbox.store;
  const rows = [
    ...[...contacts.values(), ...leads.values()].map(({ id, name }) => ({ id, mark: String(name) })),
    ...[...notes.leads.values()].map(({ id, params }) => ({ id, mark: String(params.text) })),
  ];
  const held = Map.groupBy(rows, ({ mark }) => mark);
  const asked = Map.groupBy(
    outcomes.flatMap(({ posting }) => posting.marks.map((mark) => ({ mark, posting }))),
    ({ mark }) => mark,
  );
  return [
    ...outcomes.filter(({ body }) => body === undefined).map(({ posting }) => `${posting.key} was never answered`),
    ...[...asked].flatMap(([mark, list]) => {
      const wanted = list[0]?.posting.isShared === true ? 1 : list.length;
      const found = held.get(mark)?.length ?? 0;
      return found === wanted ? [] : [`${mark} is there ${found} times, not ${wanted}`];
    }),
    ...outcomes.flatMap((outcome) => judgeAnswer(sandbox, outcome)),
    ...judgeIds(outcomes),
  ];
}

function idOf({ body }: Outcome): number | undefined {
  const { contact_id, lead_id, note_id } = body?.result ?? {};
  return contact_id ?? lead_id ?? note_id;
}

/** Two keys never share an entity, unless they are about one person. */
function judgeIds(outcomes: readonly Outcome[]): string[] {
  const own = outcomes.filter(({ posting }) => posting.isShared !== true && posting.kind !== 'scenario');
  return [...Map.groupBy(own, idOf)]
    .filter(([id, list]) => id !== undefined && list.length > 1)
    .map(([id, list]) => `${id} was answered to ${list.map(({ posting }) => posting.key)}`);
}

/** The answer names what is there, and a scenario's parts belong together. */
function judgeAnswer({ store }: Sandbox, outcome: Outcome): string[] {
  const { posting, body } = outcome;
  if (body === undefined) return [];
  const [mark] = posting.marks;
  const id = idOf(outcome) ?? 0;
  const named = store.contacts.get(id)?.name ?? store.leads.get(id)?.name ?? store.notes.leads.get(id)?.params.text;
  if (posting.kind !== 'scenario') return named === mark ? [] : [`${posting.key}: ${id} is ${named}, not ${mark}`];
  const { new_contact, existing_contact, new_lead, note_result } = body.context;
  const contactId = new_contact?.contact_id ?? existing_contact.contact.id;
  const linked = store.links.of({ kind: 'leads', id: new_lead.lead_id }, 'contacts').map((link) => link.id);
  const note = store.notes.leads.get(note_result.note_id);
  const isWhole =
    store.contacts.get(contactId)?.name === mark && linked.includes(contactId) && note?.entity_id === new_lead.lead_id;
  const noteCount = [...store.notes.leads.values()].filter(({ entity_id }) => entity_id === new_lead.lead_id).length;
  const steps = body.steps.map((step: { id: string }) => step.id).join();
  const isTold = steps === 'find_contact,check_contact,create_contact,create_lead,add_note';
  return isWhole && noteCount === 1 && isTold ? [] : [`${posting.key}: ${noteCount} notes, ${steps}, ${linked}`];
}
