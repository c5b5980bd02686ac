import { Type } from 'typebox';
import { entityMessages } from '../../../messages/entities.ts';
import { addText, Problem, refuseFaults } from '../../../problems/problem.ts';
import { checkOf } from '../../../schemas/check.ts';
import type { Amo } from '../../amo.ts';
import { keeperOf } from '../../operation/findings.ts';
import { collections } from '../collections.ts';
import { goneReferences, missingEntity, missingReferences, type Reference, remember } from '../references.ts';
import { lockOf, type Pair } from './pairs.ts';
import { isLinkBegun, loggedLink, writeLink } from './write-link.ts';

const owner = checkOf(
  Type.Object({ _embedded: Type.Object({ companies: Type.Array(Type.Object({ id: Type.Integer() })) }) }),
);

/** The companies that were unlinked for another one. */
const replaced = keeperOf(Type.Array(Type.Integer()));

/** The company of the contact that an unlink is for. */
const ownCompany = keeperOf(Type.Integer());

/**
 * Links a company in place of the one that is there. Whether amoCRM puts a second one in the place of the first or
 * refuses it is not documented, so the first is unlinked before, and linked again where the other is refused. Errors:
 * ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes.
 */
export async function linkCompany(amo: Amo, pair: Pair): Promise<void> {
  const { from, to } = pair;
  await amo.locks([lockOf(pair)], amo.operation, async () => {
    const companies = await companiesOf(amo, from, [to]);
    const others = companies.filter((id) => id !== to.id);
    if (others.length > 0 && !isOwn(amo, to)) refuseFaults(await goneReferences(amo, [asCompany(to)]));
    const place = `replaced ${from.entityType} ${from.id}`;
    // What an earlier attempt has unlinked amoCRM does not show any more.
    let unlinked = companies.length > 0 ? [] : (replaced.of(amo.operation, place) ?? []);
    const unlinks = [...others, ...unlinked].map((id) => loggedLink(amo, 'unlink', withCompany(pair, id)));
    if (others.length > 0) replaced.keep(amo.operation, place, others);
    // What an earlier attempt under the same key has begun is still to be answered.
    const isDone = companies.includes(to.id) && !isLinkBegun(amo, 'link', pair);
    try {
      for (const id of others) if (await writeLink(amo, 'unlink', withCompany(pair, id))) unlinked = [...unlinked, id];
      if (!isDone) await writeLink(amo, 'link', pair);
    } catch (error) {
      if (!(error instanceof Problem) || unlinked.length === 0) throw error;
      // It may be done after all.
      if (error.code === 'OUTCOME_UNKNOWN') throw addText(error, entityMessages.companyUnlinked(unlinked.join(', ')));
      // Sent again under its key, the request has them to unlink once more.
      for (const unlink of unlinks) unlink?.forget();
      throw await linkAgain(amo, pair, unlinked, error);
    }
  });
}

/** The same pair with another company. */
function withCompany(pair: Pair, id: number): Pair {
  return { ...pair, to: { ...pair.to, id } };
}

/** Whether the step has made the company itself: it is there, though a search may not know it yet. */
function isOwn({ operation }: Amo, { id }: Pair['to']): boolean {
  return operation.written.some((made) => made.entity_type === 'companies' && made.id === id);
}

/** Links again what was unlinked for nothing. Returns the failure to be told. */
async function linkAgain(amo: Amo, pair: Pair, unlinked: readonly number[], refusal: Problem): Promise<Problem> {
  const { log: _, ...operation } = amo.operation;
  for (const id of unlinked) {
    try {
      await writeLink({ ...amo, operation }, 'link', withCompany(pair, id));
    } catch {
      return addText(refusal, entityMessages.companyLost(String(id)));
    }
  }
  return refusal;
}

/** Links a contact to a company, in place of its own. Errors: as `linkCompany`. */
export async function linkContactToCompany(amo: Amo, params: { contact_id: number; company_id: number }) {
  const { contact_id, company_id } = params;
  await linkCompany(amo, { from: contact(contact_id), to: company(company_id) });
  return { linked: true, contact_id, company_id };
}

/**
 * Undoes the link of a contact to a company, by default its own; `unlinked` is false where there is none. Errors: as
 * `linkCompany`.
 */
export async function unlinkContactFromCompany(amo: Amo, params: { contact_id: number; company_id?: number }) {
  const { contact_id, company_id } = params;
  const from = contact(contact_id);
  const given = company_id === undefined ? [] : [company(company_id)];
  return amo.locks([lockOf({ from, to: company(0) })], amo.operation, async () => {
    // What an earlier attempt under the same key has begun may be done already: the contact then has no company.
    const kept = ownCompany.of(amo.operation, 'company');
    const isBegun = kept !== undefined && isLinkBegun(amo, 'unlink', { from, to: company(kept) });
    const linked = isBegun ? [kept] : await companiesOf(amo, from, given);
    const id = linked.find((each) => company_id === undefined || each === company_id);
    if (id === undefined) {
      // A company that is gone is linked to nobody either.
      refuseFaults(await goneReferences(amo, given.map(asCompany)));
      return { unlinked: false, contact_id, company_id: company_id ?? null };
    }
    ownCompany.keep(amo.operation, 'company', id);
    const unlinked = await writeLink(amo, 'unlink', { from, to: company(id) });
    return { unlinked, contact_id, company_id: id };
  });
}

const asCompany = (end: Pair['to']): Reference => ({ ...end, entityType: 'companies' });

function contact(id: number) {
  return { entityType: 'contacts' as const, id, path: ['contact_id'] };
}

function company(id: number) {
  return { entityType: 'companies' as const, id, path: ['company_id'] };
}

/** The ids of its companies; throws ENTITY_NOT_FOUND if it, or one of the others, does not exist. */
async function companiesOf(amo: Amo, { entityType, id, path }: Pair['from'], companies: readonly Pair['to'][]) {
  const others = companies.map(asCompany);
  const [entity, missing] = await Promise.all([
    amo.gate.findById(collections[entityType], id, amo.operation),
    missingReferences(amo, others),
  ]);
  refuseFaults([...(entity === undefined ? [missingEntity(entityType, id, path)] : []), ...missing]);
  remember(amo, entityType, id);
  return owner.accepts(entity) ? entity._embedded.companies.map((each) => each.id) : [];
}
