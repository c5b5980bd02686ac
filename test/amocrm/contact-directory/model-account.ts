import type { Client, UpstreamRequest } from '../../../src/amocrm/client/client.ts';
import type { FakeClock } from '../../fixtures/fake-clock.ts';

/** A contact of the model: it is known by the phones of people. */
export interface ModelContact {
  id: number;
  phones: string[];
  createdAt: number;
  updatedAt: number;
}

/** The contacts at one moment, in virtual milliseconds. */
export interface Moment {
  at: number;
  contacts: ReadonlyMap<number, readonly string[]>;
}

/** A write of the service: when amoCRM carried it out, and when the service knew. */
export interface OwnWrite {
  id: number;
  phones: readonly string[];
  at: number;
  answeredAt: number;
}

/** Reads that amoCRM may answer with nothing, falsely: of contacts by their ids, of a page of the list. */
export type Denied = 'ids' | 'pages';

/** Milliseconds after a false answer in which there is no other of its kind: one read and the next are never both false. */
const honestMs = 30_000;

/** amoCRM as far as contacts go: lists, lookups, search and writes, each carried out while its answer is on the wire. */
export function createModelAccount(clock: FakeClock, latency: () => number) {
  const contacts = new Map<number, ModelContact>();
  const moments: Moment[] = [];
  /** Ids that the service has made, and when. */
  const made = new Map<number, number>();
  const written: OwnWrite[] = [];
  /** Every account has these, whose values are found by their codes. */
  const fields: { id: number; name: string; type: string; code: string | null }[] = [
    { id: 1, name: 'Телефон', type: 'multitext', code: 'PHONE' },
    { id: 2, name: 'Email', type: 'multitext', code: 'EMAIL' },
  ];
  /** Reads whose next answer is false, and until when none is. */
  const denied = new Set<Denied>();
  const honestUntil = new Map<Denied, number>();
  let lastId = 100;

  const seconds = () => Math.floor(clock.wall() / 1000);

  function remember(): void {
    moments.push({ at: clock.now(), contacts: new Map([...contacts].map(([id, { phones }]) => [id, [...phones]])) });
  }

  function add(phones: readonly string[], at = seconds()): number {
    lastId += 1;
    contacts.set(lastId, { id: lastId, phones: [...phones], createdAt: at, updatedAt: at });
    remember();
    return lastId;
  }

  /** Changes the contact that stands at this place, counted round; it shows so many seconds after its date; NaN: the date stays. */
  function change(place: number, work: (contact: ModelContact) => void, lateSeconds = 0): void {
    const contact = [...contacts.values()][place % Math.max(1, contacts.size)];
    if (contact === undefined) return;
    work(contact);
    if (!Number.isNaN(lateSeconds)) contact.updatedAt = seconds() - lateSeconds;
    remember();
  }

  function remove(place: number): ModelContact | undefined {
    const contact = [...contacts.values()][place % Math.max(1, contacts.size)];
    if (contact !== undefined) contacts.delete(contact.id);
    remember();
    return contact;
  }

  const client: Client = async (request, _token, signal, onFirstByte = () => {}) => {
    await passing();
    const before = written.length;
    const body = isDenied(request) ? undefined : answer(request);
    const own = written.slice(before);
    await passing();
    for (const write of own) write.answeredAt = clock.now();
    onFirstByte();
    if (signal?.aborted === true) return { kind: 'aborted', cause: signal.reason };
    const head = { asked: '', retryAfter: null, date: new Date(clock.wall()).toUTCString() };
    return body === undefined
      ? { kind: 'nothing', status: 204, ...head }
      : { kind: 'json', status: 200, body, ...head };
  };

  function passing(): Promise<void> {
    return new Promise((resolve) => void clock.after(latency(), resolve));
  }

  function isDenied({ query = [] }: UpstreamRequest): boolean {
    const has = (start: string) => query.some(([key]) => key.startsWith(start));
    const what: Denied | undefined = has('filter[id]') ? 'ids' : has('order[') ? 'pages' : undefined;
    if (what === undefined || clock.now() < (honestUntil.get(what) ?? 0) || !denied.delete(what)) return false;
    honestUntil.set(what, clock.now() + honestMs);
    return true;
  }

  function answer({ method, path, query = [], body }: UpstreamRequest): unknown {
    if (method === 'POST') return answerOf(itemsOf(body).map(({ request_id, phones }) => make(phones, request_id)));
    if (method === 'PATCH') return answerOf(itemsOf(body).flatMap(({ id, phones }) => patch(id, phones)));
    if (path.endsWith('custom_fields')) return { _embedded: { custom_fields: fields } };
    if (path === '/api/v4/contacts') return list(query);
    throw new Error(`the model knows no ${method} ${path}`);
  }

  function make(phones: readonly string[], request_id: unknown) {
    const id = add(phones);
    made.set(id, clock.now());
    note(id, phones);
    return { id, request_id };
  }

  function note(id: number, phones: readonly string[]): void {
    written.push({ id, phones: [...phones], at: clock.now(), answeredAt: Number.POSITIVE_INFINITY });
  }

  function patch(id: number, phones: readonly string[]) {
    const contact = contacts.get(id);
    if (contact === undefined) return [];
    contact.phones = [...phones];
    contact.updatedAt = seconds();
    remember();
    note(id, phones);
    return [{ id, updated_at: contact.updatedAt }];
  }

  function list(query: readonly (readonly [string, string])[]): unknown {
    const all = (name: string) => query.filter(([key]) => key === name).map(([, value]) => value);
    const [text] = all('query');
    const ids = new Set(all('filter[id][]').map(Number));
    const [limit = 50, page = 1] = ['limit', 'page'].map((name) => all(name)[0]).map((value) => value && Number(value));
    const rows = [...contacts.values()]
      .filter(({ phones }) => text === undefined || phones.some((phone) => phone.includes(text)))
      .filter(({ id }) => ids.size === 0 || ids.has(id))
      .sort((a, b) => a.id - b.id);
    if (all('order[updated_at]')[0] === 'desc') rows.sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id).reverse();
    if (all('order[id]')[0] === 'desc') rows.reverse();
    const [size, number] = [Number(limit), Number(page)];
    const shown = rows.slice((number - 1) * size, number * size);
    if (shown.length === 0) return undefined;
    const next = new URLSearchParams();
    for (const [key, value] of query) if (key !== 'page') next.append(key, value);
    next.set('page', String(number + 1));
    return {
      _links: shown.length === size ? { next: { href: `https://model/api/v4/contacts?${next}` } } : {},
      _embedded: { contacts: shown.map(viewOf) },
    };
  }

  remember();
  const deny = (what: Denied) => void denied.add(what);
  return { client, contacts, fields, moments, made, written, add, change, remove, deny, seconds };
}

export type ModelAccount = ReturnType<typeof createModelAccount>;

function viewOf({ id, phones, createdAt, updatedAt }: ModelContact) {
  const values = phones.map((value) => ({ value, enum_code: 'WORK' }));
  const field = { field_id: 1, field_name: 'Телефон', field_code: 'PHONE', field_type: 'multitext', values };
  return {
    id,
    name: `Контакт ${id}`,
    created_at: createdAt,
    updated_at: updatedAt,
    is_deleted: false,
    account_id: 7,
    custom_fields_values: phones.length === 0 ? null : [field],
  };
}

function answerOf(contacts: unknown[]): unknown {
  return { _embedded: { contacts } };
}

/** What the service has sent, as far as the model looks at it. */
function itemsOf(body: unknown): { id: number; request_id: unknown; phones: string[] }[] {
  const items: unknown[] = Array.isArray(body) ? body : [];
  return items.map((item) => {
    const { id, request_id, custom_fields_values: fields = [] } = Object(item);
    const phones = fields.flatMap(({ values }: { values: { value: string }[] }) => values.map(({ value }) => value));
    return { id, request_id, phones };
  });
}
