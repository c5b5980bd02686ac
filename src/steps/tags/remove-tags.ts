import { removeTags as remove } from '../../amocrm/entities/tagging/change-tags.ts';
import { tagsOfEntity } from '../../amocrm/entities/tagging/params.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { changedTags, tagsThat } from './results.ts';

export const removeTags = defineStep({
  type: 'amocrm_remove_tags',
  label: 'удаление тегов',
  summary: 'Takes tags off a lead, contact, company or customer.',
  description:
    'The other tags stay, and the tag itself stays in amoCRM’s list. Case and outer spaces do not matter. What the entity ' +
    'does not have is not sent.',
  tag: 'Tags',
  effects: 'writes',
  outputVar: 'tags_removed',
  params: Params('tags_removed', tagsOfEntity),
  result: Result({
    ...changedTags,
    removed: tagsThat(
      'The tags that were taken off, as amoCRM spells them; those that it did not have are not among them.',
    ),
  }),
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'contacts', entity_id: 12345, tags: ['рассылка'] },
      result: { tags: ['рассылка'], updated: true, removed: ['рассылка'] },
    },
  ],
  run: (params, amo) => remove(amo, params),
});
