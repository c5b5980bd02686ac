import type { Claim, OfAddress } from '../amocrm/operation/claim-log.ts';
import type { Doubt } from '../amocrm/operation/doubt-log.ts';
import type { AccountStore } from '../store/store.ts';

/** What earlier processes have left of one account of amoCRM. */
export interface Past {
  claimed: readonly Claim[];
  doubts: readonly Doubt[];
}

export interface PastOfAddress extends Past {
  /** The account of amoCRM that was at another address. */
  amocrmId: number;
}

/**
 * What counts at that address, and what may count once it is known whose address it is. That of an address which was never
 * asked counts: another address is a new name of the same account unless something speaks against it.
 */
export async function readPast(
  { claims, doubts, addresses }: Pick<AccountStore, 'claims' | 'doubts' | 'addresses'>,
  baseUrl: string,
): Promise<{ own: Past; others: PastOfAddress[] }> {
  const [allClaims, allDoubts] = await Promise.all([claims.recent(), doubts.recent()]);
  const others: PastOfAddress[] = [];
  const elsewhere = new Set<string>();
  for (const address of new Set([...allClaims, ...allDoubts].map((kept) => kept.address))) {
    if (address === null || address === baseUrl) continue;
    const amocrmId = await addresses.find(address);
    if (amocrmId === undefined) continue;
    elsewhere.add(address);
    const isThere = (kept: OfAddress) => kept.address === address;
    others.push({ amocrmId, claimed: allClaims.filter(isThere), doubts: allDoubts.filter(isThere) });
  }
  const isOwn = ({ address }: OfAddress) => address === null || !elsewhere.has(address);
  return { own: { claimed: allClaims.filter(isOwn), doubts: allDoubts.filter(isOwn) }, others };
}
