import { getUser as get } from '../../amocrm/entities/users/users.ts';
import { User } from '../../amocrm/shapes/users.ts';
import { needsOneOf, user } from '../../schemas/named.ts';
import { defineGetStep } from '../define-get-step.ts';
import { nameFailures, Params, Result } from '../define-step.ts';
import { userExample } from './examples.ts';

export const getUser = defineGetStep({
  type: 'amocrm_get_user',
  label: 'получение пользователя',
  summary: 'Gives a user of amoCRM by e-mail, name or id.',
  description: 'Needs an administrator’s token of an integration that is not external.',
  tag: 'Users',
  outputVar: 'user',
  params: Params('user', user, { allOf: [needsOneOf('user', 'user_id')] }),
  result: Result({ user: User }),
  failures: nameFailures,
  examples: [
    { summary: 'The least', params: { user: 'Ольга Лебедева' }, result: { user: userExample } },
    { summary: 'By id', params: { user_id: 8000002, output_var: 'manager' }, result: { user: userExample } },
  ],
  run: (params, amo) => get(amo, params),
});
