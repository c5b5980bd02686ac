import { accountParts, getAccount as get, ReadAccount } from '../../amocrm/entities/account/get-account.ts';
import { defineStep, Params, Result } from '../define-step.ts';

const account = {
  id: 31415926,
  name: 'Студия «Северный ветер»',
  subdomain: 'sandbox',
  current_user_id: 8000001,
  country: 'RU',
  currency: 'RUB',
};

export const getAccount = defineStep({
  type: 'amocrm_get_account',
  label: 'информация об аккаунте',
  summary: 'Gives the amoCRM account behind this service.',
  description: '`with` adds task types, date settings and the like.',
  tag: 'Account',
  effects: 'reads',
  outputVar: 'account',
  params: Params('account', { with: accountParts }),
  result: Result({ account: ReadAccount }),
  examples: [
    { summary: 'The least', params: {}, result: { account } },
    {
      summary: 'With the kinds of tasks',
      params: { with: ['task_types'] },
      result: {
        account: { ...account, _embedded: { task_types: [{ id: 1, name: 'Связаться', code: 'FOLLOW_UP' }] } },
      },
    },
  ],
  run: (params, amo) => get(amo, params),
});
