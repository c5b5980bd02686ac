import type { Settings } from '../options.ts';
import type { Bot } from './bots.ts';
import { Catalogs, Elements } from './catalogs.ts';
import { entityChanges, linkChange, noteAdded, taskChanges } from './changes.ts';
import { ClosestTasks } from './closest-tasks.ts';
import { Collection } from './collection.ts';
import { Events } from './events.ts';
import { Links } from './links.ts';
import {
  type Account,
  type Company,
  type Contact,
  type Customer,
  type Entity,
  type Field,
  KINDS,
  type Kind,
  type Lead,
  type LossReason,
  type Note,
  type Pipeline,
  type Tag,
  type Task,
  type User,
} from './models.ts';
import { type GivenField, newField } from './new-field.ts';
import { perKind } from './per-kind.ts';
import { SearchIndex } from './search-index.ts';
import { UnsortedBox } from './unsorted.ts';
import type { Webhook } from './webhooks.ts';

// Everything made at run time gets an id from one row of numbers: a contact's id never passes for a lead's.
const FIRST_NEW_ID = 1_000_001;

/** Everything the sandbox account holds. Items are changed through `update` of their collection. */
export class Store {
  account: Account;
  readonly users = new Map<number, User>();
  readonly pipelines = new Map<number, Pipeline>();
  readonly lossReasons = new Map<number, LossReason>();
  readonly contacts = new Collection<Contact>((...write) => this.#written('contacts', ...write));
  readonly leads = new Collection<Lead>((...write) => this.#written('leads', ...write));
  readonly companies = new Collection<Company>((...write) => this.#written('companies', ...write));
  readonly customers = new Collection<Customer>((...write) => this.#written('customers', ...write));
  readonly tasks = new Collection<Task>((...write) => this.#taskWritten(...write));
  readonly notes = perKind((kind) => new Collection<Note>((...write) => this.#noteWritten(kind, ...write)));
  readonly fields = perKind(() => new Map<number, Field>());
  readonly webhooks = new Map<number, Webhook>();
  readonly bots = new Map<number, Bot>();
  readonly unsorted = new UnsortedBox();
  readonly catalogs = new Catalogs();
  readonly elements = new Elements();
  readonly tags = perKind(() => new Map<number, Tag>());
  readonly events = new Events();
  readonly links = new Links((...change) =>
    this.events.add(linkChange(this.account.current_user_id, this.now(), ...change)),
  );
  readonly search: Record<Kind, SearchIndex>;
  readonly #now: () => number;
  readonly settings: Settings;
  readonly #closest = new ClosestTasks();
  /** Where the account began: what has a later id, or was changed from that moment on (unix seconds), is new. */
  begun = { id: 0, at: 0 };
  #lastId = FIRST_NEW_ID - 1;

  constructor(account: Account, settings: Settings, now: () => number) {
    this.account = account;
    this.#now = now;
    this.settings = settings;
    this.search = perKind(() => new SearchIndex(() => settings.searchLagMs));
  }

  /** Unix seconds by the sandbox's clock. */
  now(): number {
    return Math.floor(this.#now() / 1000);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** What it holds by now is what the account began with. */
  begin(): void {
    this.begun = { id: this.#lastId, at: this.now() };
    // The history begins with what clients do.
    this.events.clear();
  }

  /** The entity, unless it is absent or in the bin. */
  live(kind: Kind, id: number): Entity | undefined {
    const entity: Entity | undefined = this[kind].get(id);
    return entity?.is_deleted === false ? entity : undefined;
  }

  /** Moves an entity to the recycle bin, as deleting in the web interface does. */
  bin(kind: Kind, id: number, is_deleted = true): void {
    this[kind].update(id, (entity: Entity) => Object.assign(entity, { is_deleted, updated_at: this.now() }));
  }

  restore(kind: Kind, id: number): void {
    this.bin(kind, id, false);
  }

  addField(kind: Kind, given: GivenField): Field {
    return this.addFieldTo(this.fields[kind], given);
  }

  addFieldTo(fields: Map<number, Field>, given: GivenField): Field {
    const field = newField(given, given.id ?? this.nextId(), 500 + fields.size);
    fields.set(field.id, field);
    return field;
  }

  /** The id of the tag of that name, made when it is new. */
  tagId(kind: Kind, name: string, color: string | null = null): number {
    for (const tag of this.tags[kind].values()) if (tag.name === name) return tag.id;
    const tag = { id: this.nextId(), name, color };
    this.tags[kind].set(tag.id, tag);
    return tag.id;
  }

  /** Goes on with new ids behind this one: amoCRM never gives an id twice. */
  skipTo(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }

  /** Empties it for this account. */
  clear(account: Account): void {
    const { users, pipelines, lossReasons, tasks, links, webhooks, bots, unsorted, catalogs, elements, events } = this;
    const parts = [users, pipelines, lossReasons, tasks, links, webhooks, bots, unsorted, catalogs, elements, events];
    for (const part of parts) part.clear();
    for (const kind of KINDS) {
      for (const part of [this[kind], this.notes[kind], this.fields[kind], this.tags[kind], this.search[kind]]) {
        part.clear();
      }
    }
    this.#closest.clear();
    this.#lastId = FIRST_NEW_ID - 1;
    this.account = account;
  }

  // Of the entity that the task was taken from, too.
  #taskWritten(task: Task, before?: Task): void {
    for (const { kind, id, at } of this.#closest.write(task)) {
      const entity: Entity | undefined = this[kind].get(id);
      if (entity) entity.closest_task_at = at;
    }
    for (const change of taskChanges(task, before, this.now())) this.events.add(change);
  }

  #noteWritten(kind: Kind, note: Note, before?: Note): void {
    if (before === undefined) this.events.add(noteAdded(kind, note));
  }

  #written(kind: Kind, entity: Entity, before?: Entity): void {
    this.search[kind].write(entity);
    const told = { kind, fields: this.fields[kind], tags: this.tags[kind], at: this.now() };
    for (const change of entityChanges(entity, before, told)) this.events.add(change);
  }
}
