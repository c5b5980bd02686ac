import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { responsibleUser } from '../../schemas/named.ts';
import type { Amo } from '../amo.ts';
import { faultsOf, type PathOf } from '../directories/resolve.ts';
import { responsibleUserOf } from '../directories/responsible-user.ts';
import type { NamedIds } from './judge-changes.ts';

const named = checkOf(Type.Object(responsibleUser));

/** The ids of entities whose only named param is the responsible user. Errors: those of reads, AMOCRM_FORBIDDEN. */
export async function responsibleUserIds(
  amo: Amo,
  given: Readonly<Record<string, unknown>>,
  pathOf: PathOf,
): Promise<NamedIds> {
  const responsible_user_id = await responsibleUserOf(amo, named.parse(given), pathOf);
  return { groups: [{ responsible_user_id }], faults: faultsOf(responsible_user_id) };
}
