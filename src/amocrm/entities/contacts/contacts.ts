import { Type } from 'typebox';
import { allOrFaults } from '../../../problems/all-or-faults.ts';
import { refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import type { Visitor } from '../../contact-directory/crowd.ts';
import { ownPath, type PathOf } from '../../directories/resolve.ts';
import type { FieldInput } from '../../fields/encode.ts';
import { keeperOf } from '../../operation/findings.ts';
import { nameOfWrite } from '../../operation/write-log.ts';
import { Contact } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { createEntity, type Readable, withFields } from '../create-entity.ts';
import { prepareChanges } from '../judge-changes.ts';
import { type Prepared, prepareCreate, ready } from '../prepare-create.ts';
import { readKept } from '../references.ts';
import { responsibleUserIds } from '../responsible-user-ids.ts';
import { applyChanges } from '../update-entity.ts';
import type { MultiValue } from '../update-params.ts';
import { contacts } from './collection.ts';
import { findBeforeCreate, findMatch, type Match } from './find.ts';
import { type Criterion, identitiesOf, readCriteria } from './identity.ts';
import {
  type ContactAttributes,
  type ContactCriteria,
  type CriterionName,
  criteriaNames,
  type UpdateData,
} from './params.ts';
import { updatableContact } from './update.ts';

export interface FoundContact {
  found: boolean;
  contact: Readable<Contact> | null;
  count: number;
  matched_by: CriterionName | null;
}

/**
 * Finds a contact by the values that it really holds: amoCRM's search only gives candidates. Errors: UNKNOWN_FIELD (no
 * field for telegram_id), those of reads.
 */
export async function findContact(amo: Amo, params: ContactCriteria): Promise<FoundContact> {
  const match = await findMatch(amo, await readCriteria(amo, params));
  if (match === undefined) return { found: false, contact: null, count: 0, matched_by: null };
  const contact = await withFields(amo, 'contacts', match.entity);
  return { found: true, contact, count: match.count, matched_by: match.matchedBy };
}

/** Creates a contact. Errors: those of custom fields, AMOCRM_REJECTED, those of writes. */
export async function createContact(amo: Amo, params: ContactAttributes) {
  return create(amo, ready(await prepareContact(amo, params, ownPath)));
}

export type FindOrCreateParams = ContactCriteria &
  ContactAttributes & { update_data?: UpdateData; multi_value?: MultiValue };

/**
 * Finds a contact or creates it, one at a time for each person. Of several callers for one new person exactly one
 * creates, and none while an earlier create for that person is in doubt. A new contact gets the Telegram id and the
 * fields that it was looked for by. Errors: those of finding, creating and updating; OVERLOADED while an earlier create
 * is in doubt or, until the contact directory is complete, when amoCRM's newest contacts cannot be read.
 */
export async function findOrCreateContact(amo: Amo, params: FindOrCreateParams) {
  return findOrCreateJudged(amo, await judgeFindOrCreate(amo, params));
}

/** Looks up all that the params name; throws their faults at once, before anything is written. */
export async function judgeFindOrCreate(amo: Amo, params: FindOrCreateParams) {
  const { telegram_id, match_fields = {}, update_data, multi_value } = params;
  const implied = [
    ...(telegram_id === undefined ? [] : [{ path: ['telegram_id'], key: 'telegram_id', value: telegram_id }]),
    ...Object.entries(match_fields).map(([key, value]) => ({ path: ['match_fields', key], key, value })),
  ].map((input) => ({ ...input, implied: true }));
  const [criteria, prepared, changes] = await allOrFaults([
    readCriteria(amo, params),
    prepareContact(amo, params, ownPath, implied).then(ready),
    update_data === undefined ? undefined : prepareUpdate(amo, update_data),
  ]);
  return { criteria, prepared, changes, multi_value };
}

/** The changes for a contact that is found. Its names are judged too, whether it is found or not. */
async function prepareUpdate(amo: Amo, update_data: UpdateData) {
  const changes = await prepareChanges(amo, updatableContact, { update_data });
  refuseFaults((await responsibleUserIds(amo, changes.named, changes.pathOf)).faults);
  return changes;
}

type Judged = Awaited<ReturnType<typeof judgeFindOrCreate>>;

/** Finds or creates the contact of judged params; see `findOrCreateContact`. */
export async function findOrCreateJudged(amo: Amo, { criteria, prepared, changes, multi_value }: Judged) {
  const asks = criteria.map(({ identities }) => identities);
  const gives = [...new Set([...asks.flat(), ...identitiesOf(prepared.encoded)])];
  const inTurn = <T>(work: (visitor: Visitor) => Promise<T>) =>
    amo.contactDirectory.visit((visitor) => amo.identityLocks({ asks, gives }, amo.operation, () => work(visitor)));
  return inTurn(async (visitor) => {
    // A create that an earlier attempt under the same key has begun is looked for first, and answered as created.
    const owner = amo.operation.log?.peek(nameOfWrite('POST', contacts.path)).id;
    const isCreated = (await amo.gate.recallCreate(contacts, amo.operation)) !== undefined;
    const match = isCreated ? undefined : await findOnce(amo, criteria, visitor);
    if (match === undefined) {
      if (!isCreated) amo.doubts.refuse(asks, owner);
      const { deadline } = amo.operation;
      const made = await amo.doubts.during(gives, { owner, deadline }, () => create(amo, prepared));
      return { ...made, found: false, created: true, matched_by: null };
    }
    const contact =
      changes === undefined
        ? await withFields(amo, 'contacts', match.entity)
        : (await applyChanges(amo, updatableContact, { id: match.entity.id }, changes, multi_value)).entity;
    return { contact_id: contact.id, contact, found: true, created: false, matched_by: match.matchedBy };
  });
}

const readContact = reader(Contact, 'a contact');
/** Which contact was found, and by what. */
const matches = keeperOf(
  Type.Object({ id: Type.Integer(), count: Type.Integer(), matchedBy: Type.Enum([...criteriaNames]) }),
);

/** Finds the contact, or reads the one that an earlier attempt under the same key has found. */
async function findOnce(amo: Amo, criteria: readonly Criterion[], visitor: Visitor): Promise<Match | undefined> {
  const kept = matches.of(amo.operation, 'contact');
  if (kept !== undefined) {
    const { id, ...how } = kept;
    return { ...how, entity: readContact(await readKept(amo, 'contacts', id)) };
  }
  const match = await findBeforeCreate(amo, criteria, visitor);
  if (match !== undefined) {
    const { entity, ...how } = match;
    matches.keep(amo.operation, 'contact', { id: entity.id, ...how });
  }
  return match;
}

const plainAttributes = ['name', 'first_name', 'last_name'] as const;

/** A new contact, ready to be sent unless there are faults. `implied` are fields that follow from other params. */
export function prepareContact(amo: Amo, params: ContactAttributes, pathOf: PathOf, implied: FieldInput[] = []) {
  return prepareCreate(amo, 'contacts', params, { plain: plainAttributes, pathOf, implied });
}

async function create(amo: Amo, prepared: Prepared) {
  const contact = await createEntity(amo, 'contacts', prepared);
  return { contact_id: contact.id, contact };
}
