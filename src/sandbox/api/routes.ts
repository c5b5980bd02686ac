import { merged, type Routes } from '../http/router.ts';
import { accountRoutes } from './account.ts';
import { botRoutes } from './bots.ts';
import { callRoutes } from './calls.ts';
import { catalogElementRoutes } from './catalog-elements.ts';
import { catalogRoutes } from './catalogs.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { customFieldRoutes } from './custom-fields.ts';
import { customers } from './customers.ts';
import { entityRoutes } from './entity-routes.ts';
import { eventRoutes } from './events.ts';
import { fieldGroupRoutes } from './field-groups.ts';
import { leads } from './leads.ts';
import { complexRoutes } from './leads-complex.ts';
import { linkRoutes } from './links.ts';
import { lossReasonRoutes } from './loss-reasons.ts';
import { notBuiltRoutes } from './not-built.ts';
import { noteRoutes } from './notes.ts';
import { pipelineRoutes } from './pipelines.ts';
import { tagRoutes } from './tags.ts';
import { taskRoutes } from './tasks.ts';
import { unsortedRoutes } from './unsorted.ts';
import { userRoutes } from './users.ts';
import { webhookRoutes } from './webhooks.ts';

/** The whole of the API; what is not built yet says so. */
export const API: Routes = merged(
  notBuiltRoutes,
  accountRoutes,
  entityRoutes(contacts),
  entityRoutes(leads),
  entityRoutes(companies),
  entityRoutes(customers),
  pipelineRoutes,
  lossReasonRoutes,
  userRoutes,
  webhookRoutes,
  tagRoutes,
  customFieldRoutes,
  catalogRoutes,
  catalogElementRoutes,
  fieldGroupRoutes,
  noteRoutes,
  linkRoutes,
  taskRoutes,
  callRoutes,
  botRoutes,
  eventRoutes,
  complexRoutes,
  unsortedRoutes,
);
