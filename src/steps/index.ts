import { addNote } from './add-note.ts';
import { createContact } from './create-contact.ts';
import { createLead } from './create-lead.ts';
import type { Step } from './define-step.ts';
import { fetchFields } from './fetch-fields.ts';
import { findContact } from './find-contact.ts';
import { findLead } from './find-lead.ts';
import { findOrCreateContact } from './find-or-create-contact.ts';
import { search } from './search.ts';
import { updateContact } from './update-contact.ts';

/** Every step type, in the order of the documentation. A new one needs its file and a line here. */
export const steps: readonly Step[] = [
  findContact,
  createContact,
  findOrCreateContact,
  updateContact,
  createLead,
  findLead,
  addNote,
  search,
  fetchFields,
];
