import { listUsers as list, userListParams } from '../../amocrm/entities/users/users.ts';
import { User } from '../../amocrm/shapes/users.ts';
import { defineListStep, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';
import { userExample } from './examples.ts';

export const listUsers = defineListStep({
  type: 'amocrm_list_users',
  label: 'список пользователей',
  summary: 'Lists the users of amoCRM, a page at a time.',
  description: 'Needs an administrator’s token of an integration that is not external.',
  tag: 'Users',
  outputVar: 'users',
  params: Params('users', userListParams),
  item: User,
  examples: [
    { summary: 'The least', params: {}, result: pageExample('users', userExample) },
    {
      summary: 'With their groups',
      params: { with: ['group'], limit: 50 },
      result: pageExample('users', { ...userExample, _embedded: { groups: [{ id: 0, name: 'Отдел продаж' }] } }, 50),
    },
  ],
  run: (params, amo) => list(amo, params),
});
