import { createCompany } from './companies/create-company.ts';
import { linkContactToCompany } from './companies/link-contact-to-company.ts';
import { unlinkContactFromCompany } from './companies/unlink-contact-from-company.ts';
import { createContact } from './contacts/create-contact.ts';
import { findContact } from './contacts/find-contact.ts';
import { findOrCreateContact } from './contacts/find-or-create-contact.ts';
import { updateContact } from './contacts/update-contact.ts';
import { fetchFields } from './custom-fields/fetch-fields.ts';
import type { Step } from './define-step.ts';
import { createLead } from './leads/create-lead.ts';
import { findContactLeads } from './leads/find-contact-leads.ts';
import { findLead } from './leads/find-lead.ts';
import { findOrCreateLead } from './leads/find-or-create-lead.ts';
import { moveLead } from './leads/move-lead.ts';
import { updateLead } from './leads/update-lead.ts';
import { linkEntities } from './links/link-entities.ts';
import { unlinkEntities } from './links/unlink-entities.ts';
import { addNote } from './notes/add-note.ts';
import { search } from './search/search.ts';
import { createTag } from './tags/create-tag.ts';

/** Every step type, in the order of the documentation. A new one needs its file and a line here. */
export const steps: readonly Step[] = [
  findContact,
  createContact,
  findOrCreateContact,
  updateContact,
  findLead,
  findContactLeads,
  createLead,
  findOrCreateLead,
  updateLead,
  moveLead,
  createCompany,
  linkContactToCompany,
  unlinkContactFromCompany,
  addNote,
  createTag,
  linkEntities,
  unlinkEntities,
  search,
  fetchFields,
];
