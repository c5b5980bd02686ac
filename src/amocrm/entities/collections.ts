import type { Collection } from '../shapes/collection.ts';
import type { ParentType } from '../shapes/entities.ts';
import { companies } from './companies/collection.ts';
import { contacts } from './contacts/collection.ts';
import { customers } from './customers/collection.ts';
import { leads } from './leads/collection.ts';

/** The list of each entity type. */
export const collections: Record<ParentType, Collection> = { contacts, leads, companies, customers };
