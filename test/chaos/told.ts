import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { fieldIds, heldValues } from '../fixtures/records.ts';
import type { Posting } from './postings.ts';

/** How a posting ended: the body of its last answer; none where it never did. */
export interface Ended {
  posting: Posting;
  body: ReturnType<typeof JSON.parse>;
}

interface Row {
  id: number;
  mark: string;
}

/**
 * Holds what callers were told against what amoCRM has: whatever was told is there and is the caller's own, and whatever
 * is there was told to somebody. Each entry is a promise broken. `others` are ids of what other people have made.
 */
export function findFaults(sandbox: Sandbox, ended: readonly Ended[], others: ReadonlySet<number>): string[] {
  const rows = new Map(rowsOf(sandbox).map((row) => [row.id, row]));
  const marks = new Set(ended.flatMap(({ posting }) => posting.marks));
  const unwanted = new Set(ended.flatMap(({ posting: { known } }) => (known === undefined ? [] : [known.name])));
  const told = ended.flatMap(({ posting, body }) => idsIn(body).map((id) => ({ id, posting })));
  const byId = Map.groupBy(told, ({ id }) => id);
  return [
    ...ended.filter(({ body }) => body === undefined).map(({ posting }) => `${posting.key} was never answered`),
    ...told.flatMap(({ id, posting }) => faultOfId(posting, id, rows.get(id), others)),
    ...[...byId].flatMap(([id, list]) => faultOfSharing(id, list)),
    ...[...rows.values()]
      .filter(({ id, mark }) => marks.has(mark) && !others.has(id) && !byId.has(id))
      .map(({ id, mark }) => `${id} «${mark}» is there, and was told to nobody`),
    ...[...rows.values()]
      .filter(({ mark }) => unwanted.has(mark))
      .map(({ id, mark }) => `${id} «${mark}» was made, though others had brought him in before`),
    ...ended.flatMap(({ posting, body }) => faultsOfSuccess(sandbox, posting, body)),
  ];
}

function rowsOf({ store }: Sandbox): Row[] {
  const named = [...store.contacts.values(), ...store.leads.values(), ...store.companies.values()];
  const notes = [...store.notes.leads.values(), ...store.notes.contacts.values()];
  return [
    ...named.map(({ id, name }) => ({ id, mark: String(name) })),
    ...store.tasks.values().map(({ id, text }) => ({ id, mark: text })),
    ...notes.map(({ id, params }) => ({ id, mark: String(params.text) })),
  ];
}

/** What an answer says was made: by its result, a scenario's context, or the list of a failure. */
function idsIn(body: Ended['body']): number[] {
  const { result = {}, context = {}, written = [], success } = body ?? {};
  if (success !== true) return written.map(({ id }: { id: number }) => id).filter(isNew);
  const { contact_id, company_id, lead_id, note_id, task_id } = result;
  const { new_contact, new_lead, note_result } = context;
  const parts = [new_contact?.contact_id, new_lead?.lead_id, note_result?.note_id, lead_id, note_id, task_id];
  const own = 'updated' in result ? [] : [contact_id, company_id];
  return [...new Set([...parts, ...own].filter((id) => id !== undefined && id !== null))];
}

/** An update that has failed names the contact as well. */
function isNew(id: number): boolean {
  return id > 1_000_000;
}

function faultOfId(
  { key, marks, known }: Posting,
  id: number,
  row: Row | undefined,
  others: ReadonlySet<number>,
): string[] {
  if (row === undefined) return [`${key}: ${id} is not there`];
  if (id === known?.id) return [];
  if (others.has(id)) return [`${key}: ${id} is somebody else’s`];
  return marks.includes(row.mark) ? [] : [`${key}: ${id} is «${row.mark}», not ${marks}`];
}

function faultOfSharing(id: number, told: readonly { posting: Posting }[]): string[] {
  const keys = told.filter(({ posting }) => posting.isShared !== true).map(({ posting }) => posting.key);
  return keys.length > 1 ? [`${id} was told to ${keys}`] : [];
}

/** A success leaves as many entities as it has marks, linked to each other, and the contact's new value. */
function faultsOfSuccess(sandbox: Sandbox, { key, marks, email, known }: Posting, body: Ended['body']): string[] {
  if (body?.success !== true) return [];
  const ids = idsIn(body);
  const count = ids.filter((id) => id !== known?.id).length;
  const { new_contact, new_lead } = body.context;
  const linked = sandbox.store.links.of({ kind: 'leads', id: new_lead?.lead_id }, 'contacts').map((link) => link.id);
  return [
    ...(count === marks.length ? [] : [`${key} has made ${count}, not ${marks.length}`]),
    ...(known === undefined || ids.includes(known.id) ? [] : [`${key}: ${known.id} was not found, but ${ids}`]),
    ...(new_lead === undefined || linked.includes(new_contact?.contact_id) ? [] : [`${key}: lead without its contact`]),
    ...(email === undefined || heldValues(sandbox, email.contactId, fieldIds.email).includes(email.value)
      ? []
      : [`${key}: ${email.value} is lost`]),
  ];
}
