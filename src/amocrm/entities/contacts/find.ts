import { entityMessages } from '../../../messages/entities.ts';
import { Problem } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import type { Visitor } from '../../contact-directory/crowd.ts';
import { newest } from '../../reads/newest.ts';
import { Contact, listReader } from '../../shapes/entities.ts';
import { remember } from '../references.ts';
import { findVerified, type Hit } from '../verified-search.ts';
import { contacts } from './collection.ts';
import type { Criterion } from './identity.ts';
import type { CriterionName } from './params.ts';

export type Match = Hit<Contact, CriterionName>;
type Criteria = readonly Criterion[];

/** Seconds that cover the lag of amoCRM's search index. amoCRM does not document how long it is. */
const searchLagSeconds = 60;
const readContacts = listReader(Contact);

/**
 * The contact found by the first criterion that finds one: by amoCRM's search, or by the directory where more wait than
 * calls can be sent. Errors: those of reads, OVERLOADED.
 */
export async function findMatch(amo: Amo, criteria: Criteria): Promise<Match | undefined> {
  const { contactDirectory: directory, operation } = amo;
  const match = await directory.visit(async (visitor) => {
    const isAsked = await mayAsk(visitor, criteria);
    return isAsked && (await directory.catchUp(directory.freshSince(visitor), operation))
      ? (await findByDirectory(amo, criteria)).match
      : ((await findBySearch(amo, criteria)) ?? findKnown(amo, criteria));
  });
  return remembered(amo, match);
}

/**
 * The same for whoever creates where nothing is found: nothing that was there when the visitor came is overlooked. Errors:
 * those of reads, OVERLOADED.
 */
export async function findBeforeCreate(amo: Amo, criteria: Criteria, visitor: Visitor): Promise<Match | undefined> {
  return remembered(amo, await findForSure(amo, criteria, visitor));
}

async function findForSure(amo: Amo, criteria: Criteria, visitor: Visitor): Promise<Match | undefined> {
  const catchUp = () => amo.contactDirectory.catchUp(visitor.arrivedAt, amo.operation);
  const isAsked = await mayAsk(visitor, criteria);
  if (isAsked && (await catchUp())) {
    const { match, unsure } = await findByDirectory(amo, criteria);
    const found = match ?? ((await visitor.isCrowded()) ? undefined : await findBySearch(amo, criteria));
    if (found !== undefined || unsure.length === 0) return found;
    const sighting = await lookAmongNewest(amo, unsure);
    if (sighting !== undefined) return sighting.match;
    throw tooManyContacts();
  }
  const match = (await findBySearch(amo, criteria)) ?? (await findKnown(amo, criteria));
  const verified = criteria.filter(isVerified);
  if (match !== undefined || verified.length === 0) return match;
  // What others edit is no concern of one who is alone: the directory may have far to catch up.
  const sighting = await lookAmongNewest(amo, verified);
  if (sighting !== undefined) return sighting.match;
  if (!(await catchUp())) throw tooManyContacts();
  const told = await findByDirectory(amo, verified);
  if (told.match === undefined && told.unsure.length > 0) throw tooManyContacts();
  return told.match;
}

async function mayAsk(visitor: Visitor, criteria: Criteria): Promise<boolean> {
  return criteria.some(({ held }) => held.length > 0) && (await visitor.isCrowded());
}

interface Told {
  match: Match | undefined;
  /** Criteria that amoCRM's search alone has answered: it may not show yet what is new. */
  unsure: Criteria;
}

/** Each criterion is answered by what the directory names, as far as it holds the value now; in doubt by a search. */
async function findByDirectory(amo: Amo, criteria: Criteria): Promise<Told> {
  const { contactDirectory: directory, operation } = amo;
  const { observer } = directory;
  const unsure: Criterion[] = [];
  for (const criterion of criteria) {
    const named = criterion.held.length === 0 ? undefined : await directory.lookUp(criterion.held, operation);
    if (named?.ids.length === 0) {
      observer.onFind('directory');
      continue;
    }
    const known = matchIn(named?.contacts ?? [], criterion);
    if (known !== undefined) {
      observer.onFind('directory');
      return { match: known, unsure };
    }
    const match = await findBySearch(amo, [criterion]);
    if (named !== undefined) {
      observer.onDoubt();
      if (match !== undefined) await directory.note(match.entity);
      await directory.correct(named);
    }
    if (match !== undefined) return { match, unsure };
    if (named?.isWhole !== true && isVerified(criterion)) unsure.push(criterion);
  }
  return { match: undefined, unsure };
}

/** The one of them with the lowest id that holds the value. */
function matchIn(found: readonly Contact[], { name, holds }: Criterion): Match | undefined {
  const [entity, ...others] = found.filter((contact) => holds?.(contact)).sort((a, b) => a.id - b.id);
  return entity && { entity, count: others.length + 1, matchedBy: name };
}

/**
 * Whom the directory knows though amoCRM's search shows nobody: its answer may be empty for a moment, so that it corrects
 * nothing. It need not be up to date, and costs a call only where it knows somebody.
 */
async function findKnown({ contactDirectory, operation }: Amo, criteria: Criteria): Promise<Match | undefined> {
  for (const criterion of criteria) {
    const { held } = criterion;
    const named = held.length === 0 ? undefined : await contactDirectory.lookUp(held, operation);
    const match = matchIn(named?.contacts ?? [], criterion);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** Whether it can be told by the contact itself that it is meant. */
function isVerified({ holds }: Criterion): boolean {
  return holds !== undefined;
}

function tooManyContacts(): Problem {
  return new Problem('OVERLOADED', entityMessages.tooManyContacts, { retryAfter: 5 });
}

async function findBySearch(amo: Amo, criteria: Criteria): Promise<Match | undefined> {
  amo.contactDirectory.observer.onFind('search');
  return findVerified(amo, { path: contacts.path, list: contacts.list, read: readContacts }, criteria);
}

/**
 * Finds what the search does not show yet: amoCRM's search index may lag behind its writes. Undefined where too many are
 * new to be looked through.
 */
async function lookAmongNewest(amo: Amo, verified: Criteria): Promise<{ match: Match | undefined } | undefined> {
  const since = Math.floor(amo.gate.serverTime().earliest) - searchLagSeconds;
  const isMeant = (contact: Contact) => contact.is_deleted !== true && verified.some(({ holds }) => holds?.(contact));
  const found = await newest(amo.gate.read, amo.operation, contacts, since, isMeant);
  if (found === undefined) return undefined;
  return { match: verified.map((criterion) => matchIn(found, criterion)).find((match) => match !== undefined) };
}

function remembered(amo: Amo, match: Match | undefined): Match | undefined {
  if (match !== undefined) remember(amo, 'contacts', match.entity.id);
  return match;
}
