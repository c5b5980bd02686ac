import { Type } from 'typebox';
import { checkOf } from '../../../schemas/check.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, type PathOf } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import type { Contact } from '../../shapes/entities.ts';
import { type NamedIds, type Updatable, updateEntity } from '../update-entity.ts';
import type { UpdateParams } from '../update-inputs.ts';
import type { MultiValue } from '../update-params.ts';
import { contacts } from './collection.ts';

export const updatableContact: Updatable<Contact> = {
  entityType: 'contacts',
  collection: contacts,
  idParam: 'contact_id',
  own: ['name', 'first_name', 'last_name'],
  named: ['responsible_user'],
  idsOf: responsibleUserIds,
  parse: (entity) => entity,
};

/** Changes a contact without losing the values it has. Errors: those of `updateEntity`. */
export async function updateContact(
  amo: Amo,
  contact_id: number,
  params: UpdateParams & { multi_value?: MultiValue | undefined },
) {
  const { entity: contact, ...updated } = await updateEntity(amo, updatableContact, contact_id, params);
  return { contact_id, contact, ...updated };
}

const named = checkOf(Type.Object(responsibleUser));

/** The ids of entities whose only named param is the responsible user. */
export async function responsibleUserIds(
  amo: Amo,
  given: Readonly<Record<string, unknown>>,
  pathOf: PathOf,
): Promise<NamedIds> {
  const responsible_user_id = await responsibleUserOf(amo, named.parse(given), pathOf);
  return { groups: [{ responsible_user_id }], faults: faultsOf(responsible_user_id) };
}
