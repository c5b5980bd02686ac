import { getAccount } from './account/get-account.ts';
import { createCompany } from './companies/create-company.ts';
import { findCompany } from './companies/find-company.ts';
import { getCompany } from './companies/get-company.ts';
import { linkContactToCompany } from './companies/link-contact-to-company.ts';
import { listCompanies } from './companies/list-companies.ts';
import { unlinkContactFromCompany } from './companies/unlink-contact-from-company.ts';
import { updateCompany } from './companies/update-company.ts';
import { createContact } from './contacts/create-contact.ts';
import { findContact } from './contacts/find-contact.ts';
import { findOrCreateContact } from './contacts/find-or-create-contact.ts';
import { getContact } from './contacts/get-contact.ts';
import { listContacts } from './contacts/list-contacts.ts';
import { updateContact } from './contacts/update-contact.ts';
import { fetchFields } from './custom-fields/fetch-fields.ts';
import { getFields } from './custom-fields/get-fields.ts';
import { listCustomFields } from './custom-fields/list-custom-fields.ts';
import type { Step } from './define-step.ts';
import { createLead } from './leads/create-lead.ts';
import { createLeadComplex } from './leads/create-lead-complex.ts';
import { findContactLeads } from './leads/find-contact-leads.ts';
import { findLead } from './leads/find-lead.ts';
import { findOrCreateLead } from './leads/find-or-create-lead.ts';
import { getLead } from './leads/get-lead.ts';
import { getLeadCard } from './leads/get-lead-card.ts';
import { intake } from './leads/intake.ts';
import { listLeads } from './leads/list-leads.ts';
import { listLossReasons } from './leads/list-loss-reasons.ts';
import { moveLead } from './leads/move-lead.ts';
import { updateLead } from './leads/update-lead.ts';
import { linkEntities } from './links/link-entities.ts';
import { listLinks } from './links/list-links.ts';
import { unlinkEntities } from './links/unlink-entities.ts';
import { addNote } from './notes/add-note.ts';
import { createCall } from './notes/create-call.ts';
import { listCalls } from './notes/list-calls.ts';
import { listNotes } from './notes/list-notes.ts';
import { getPipeline } from './pipelines/get-pipeline.ts';
import { listPipelines } from './pipelines/list-pipelines.ts';
import { listStatuses } from './pipelines/list-statuses.ts';
import { search } from './search/search.ts';
import { addTags } from './tags/add-tags.ts';
import { createTag } from './tags/create-tag.ts';
import { listTags } from './tags/list-tags.ts';
import { removeTags } from './tags/remove-tags.ts';
import { completeTask } from './tasks/complete-task.ts';
import { createTask } from './tasks/create-task.ts';
import { getTask } from './tasks/get-task.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { updateTask } from './tasks/update-task.ts';
import { getUser } from './users/get-user.ts';
import { listUsers } from './users/list-users.ts';

/** Every step type, in the order of the documentation. A new one needs its file and a line here. */
export const steps: readonly Step[] = [
  findContact,
  createContact,
  findOrCreateContact,
  updateContact,
  getContact,
  listContacts,
  findLead,
  findContactLeads,
  createLead,
  createLeadComplex,
  findOrCreateLead,
  updateLead,
  moveLead,
  intake,
  getLead,
  getLeadCard,
  listLeads,
  listLossReasons,
  findCompany,
  createCompany,
  updateCompany,
  linkContactToCompany,
  unlinkContactFromCompany,
  getCompany,
  listCompanies,
  createTask,
  updateTask,
  completeTask,
  getTask,
  listTasks,
  addNote,
  createCall,
  listNotes,
  listCalls,
  createTag,
  addTags,
  removeTags,
  listTags,
  linkEntities,
  unlinkEntities,
  listLinks,
  search,
  getPipeline,
  listPipelines,
  listStatuses,
  fetchFields,
  getFields,
  listCustomFields,
  getAccount,
  getUser,
  listUsers,
];
