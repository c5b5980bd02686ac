import { addTags as add } from '../../amocrm/entities/tagging/change-tags.ts';
import { tagsOfEntity } from '../../amocrm/entities/tagging/params.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { changedTags, tagsThat } from './results.ts';

export const addTags = defineStep({
  type: 'amocrm_add_tags',
  label: 'добавление тегов',
  summary: 'Puts tags on a lead, contact, company or customer.',
  description:
    'The tags that are there stay; a name that amoCRM does not know makes a tag. What the entity has already, in whatever ' +
    'spelling (case, outer spaces), is not sent.',
  tag: 'Tags',
  effects: 'writes',
  outputVar: 'tags_added',
  params: Params('tags_added', tagsOfEntity),
  result: Result({
    ...changedTags,
    added: tagsThat('The tags that were put on it; those that it had already are not among them.'),
  }),
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890, tags: ['Telegram', 'VIP'] },
      result: { tags: ['Telegram', 'VIP'], updated: true, added: ['VIP'] },
    },
  ],
  run: (params, amo) => add(amo, params),
});
