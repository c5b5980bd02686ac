import type { Collection } from '../shapes/collection.ts';
import { companies } from './companies/collection.ts';
import { contacts } from './contacts/collection.ts';
import { customers } from './customers/collection.ts';
import { leads } from './leads/collection.ts';

/** The list of each entity. A new one needs its folder and a line here. */
export const collections = {
  contacts,
  leads,
  companies,
  customers,
} satisfies Record<string, Collection>;

export type Listed = keyof typeof collections;
