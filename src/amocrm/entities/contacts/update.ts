import type { Amo } from '../../amo.ts';
import type { Contact } from '../../shapes/entities.ts';
import type { Updatable } from '../judge-changes.ts';
import { responsibleUserIds } from '../responsible-user-ids.ts';
import { updateEntity } from '../update-entity.ts';
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
