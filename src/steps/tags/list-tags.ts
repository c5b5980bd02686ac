import { Type } from 'typebox';
import { listTags as list, tagListParams } from '../../amocrm/entities/tagging/list-tags.ts';
import { Tag } from '../../amocrm/entities/tagging/tags.ts';
import { parentTypes } from '../../amocrm/shapes/entities.ts';
import { defineListStep, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

const tag = { id: 263807, name: 'VIP', color: null };

export const listTags = defineListStep({
  type: 'amocrm_list_tags',
  label: 'список тегов',
  summary: 'Lists the tags of an entity type, a page at a time.',
  description: 'All, those whose name holds a text (`query`), or the one of a name.',
  tag: 'Tags',
  outputVar: 'tags',
  params: Params('tags', tagListParams),
  item: Tag,
  more: { entity_type: Type.Enum([...parentTypes], { type: 'string', description: 'Whose tags.' }) },
  examples: [
    {
      summary: 'The least',
      params: {},
      result: { ...pageExample('tags', tag), entity_type: 'leads' },
    },
    {
      summary: 'Those of contacts that hold a text',
      params: { entity_type: 'contacts', query: 'VIP', limit: 50 },
      result: { ...pageExample('tags', tag, 50), entity_type: 'contacts' },
    },
  ],
  run: (params, amo) => list(amo, params),
});
