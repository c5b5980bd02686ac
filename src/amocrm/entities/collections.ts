import type { Collection } from '../shapes/collection.ts';
import { companies } from './companies/collection.ts';
import { contacts } from './contacts/collection.ts';
import { customers } from './customers/collection.ts';
import { leads } from './leads/collection.ts';

/** The lists whose ids are checked where a step refers to one. */
export const collections = {
  contacts,
  leads,
  companies,
  customers,
} satisfies Record<string, Collection>;

export type Listed = keyof typeof collections;
