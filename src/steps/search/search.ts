import { type TSchema, Type } from 'typebox';
import { searchEntities } from '../../amocrm/entities/search.ts';
import { type EntityType, entityTypes } from '../../amocrm/shapes/entities.ts';
import { Integer, Text } from '../../schemas/atoms.ts';
import { EntityTypeOf } from '../../schemas/entity-type.ts';
import { largestPage } from '../../schemas/largest-page.ts';
import { ReadCompany } from '../companies/results.ts';
import { readContactExample } from '../contacts/examples.ts';
import { ReadContact } from '../contacts/results.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { ReadLead } from '../leads/results.ts';
import { open } from '../results.ts';

const entityTypeOrAll = [...entityTypes, 'all'] as const;

function hit<T extends TSchema>(type: EntityType, entity: T) {
  const tag = Type.Object({ entity_type: Type.Literal(type, { description: 'What the item is.' }) }, open);
  return Type.Intersect([entity, tag], { description: 'An entity as amoCRM has it.' });
}

export const search = defineStep({
  type: 'amocrm_search',
  label: 'универсальный поиск',
  summary: 'Searches contacts, leads and companies by free text.',
  description: 'amoCRM’s full-text search as it is, a page at a time. To identify a person use `amocrm_find_contact`.',
  tag: 'Search',
  effects: 'reads',
  outputVar: 'search_results',
  params: Params(
    'search_results',
    {
      query: Text('What to look for.', { maxLength: 255, examples: ['Иван'] }),
      entity_type: Type.Optional(
        EntityTypeOf(entityTypeOrAll, 'What to search; `all` asks contacts, leads and companies at once.', {
          default: 'contacts',
        }),
      ),
      limit: Type.Optional(
        Integer('Items on a page, for each entity type.', {
          minimum: 1,
          maximum: largestPage,
          default: 50,
          examples: [10],
        }),
      ),
      page: Type.Optional(
        Integer('The page, from 1 on.', { minimum: 1, maximum: 1_000_000, default: 1, examples: [1] }),
      ),
    },
    { 'x-aliases': { entity: 'entity_type' } },
  ),
  result: Result({
    items: Type.Array(
      Type.Union([hit('contacts', ReadContact), hit('leads', ReadLead), hit('companies', ReadCompany)]),
      { description: 'The hits.' },
    ),
    count: Type.Integer({ description: 'Items in this answer.' }),
    entity_type: Type.Enum([...entityTypeOrAll], { type: 'string', description: 'What was searched.' }),
    has_more: Type.Boolean({ description: 'Whether amoCRM offers a further page; it may turn out empty.' }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { query: 'Иван' },
      result: {
        items: [{ ...readContactExample, entity_type: 'contacts' }],
        count: 1,
        entity_type: 'contacts',
        has_more: false,
      },
    },
  ],
  run: ({ query, entity_type = 'contacts', limit = 50, page = 1 }, amo) =>
    searchEntities(amo, { query, entity_type, limit, page }),
});
