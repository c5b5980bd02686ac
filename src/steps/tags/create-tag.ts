import { Type } from 'typebox';
import { newTag } from '../../amocrm/entities/tagging/params.ts';
import { colorRule, createTag as create, Tag } from '../../amocrm/entities/tagging/tags.ts';
import { defineStep, Params, Result } from '../define-step.ts';

export const createTag = defineStep({
  type: 'amocrm_create_tag',
  label: 'создание тега',
  summary: 'Makes a tag for entities of a type.',
  description:
    'A tag of that name that is there already is the answer, with the colour that it has. Tags need not be made before ' +
    'they are put on an entity: a new name makes a tag.',
  tag: 'Tags',
  effects: 'writes',
  outputVar: 'created_tag',
  params: Params('created_tag', newTag),
  rules: [colorRule],
  result: Result({ tag: Tag, tag_id: Type.Integer({ description: 'The tag’s id.', examples: [263807] }) }),
  examples: [
    {
      summary: 'The least',
      params: { name: 'Telegram' },
      result: { tag: { id: 263807, name: 'Telegram', color: null }, tag_id: 263807 },
    },
    {
      summary: 'With a colour',
      params: { name: 'Срочно', color: '#FF8F92', entity_type: 'leads', output_var: 'urgent' },
      result: { tag: { id: 263808, name: 'Срочно', color: 'FF8F92' }, tag_id: 263808 },
    },
  ],
  run: (params, amo) => create(amo, params),
});
