import type { Catalogue } from './message.ts';

/** What goes wrong on the way to access by OAuth. */
export const oauthMessages = {
  formDue: {
    en: 'Send a form, or JSON, with key and account alone, each a text',
    ru: 'Передайте форму или JSON с текстовыми полями key и account; других полей нет',
  },
  nameAccount: {
    en: 'Name the account: the field account, or the header Amocrm-Account',
    ru: 'Укажите аккаунт: в поле account или в заголовке Amocrm-Account',
  },
  longLived: {
    en: 'This account has a long-lived token: there is nothing to allow. For OAuth give it client_id, client_secret and redirect_uri instead',
    ru: 'У этого аккаунта долгосрочный токен: разрешать нечего. Для OAuth задайте вместо него client_id, client_secret и redirect_uri',
  },
  otherRedirect: (path: string) => ({
    en: `The integration’s redirect address does not lead to this service: in amoCRM and in the settings it must be the public address of this service with ${path} at its end`,
    ru: `Адрес перенаправления интеграции ведёт не сюда: в amoCRM и в настройках нужен внешний адрес этого сервиса, который заканчивается на ${path}`,
  }),
  unknownState: {
    en: 'This address was used before, has run out, or does not come from here. If the page before said that access is there, nothing is left to do; else begin anew',
    ru: 'Этот адрес уже использован, устарел или получен не здесь. Если на прошлой странице было сказано, что доступ есть, больше ничего не нужно; иначе начните заново',
  },
  denied: {
    en: 'Access was not allowed in amoCRM: begin anew and press “Разрешить”',
    ru: 'В amoCRM доступ не разрешили: начните заново и нажмите «Разрешить»',
  },
  otherAccount: (due: string) => ({
    en: `amoCRM came back from another account. Begin anew and choose ${due}`,
    ru: `Доступ разрешён в другом аккаунте. Начните заново и выберите ${due}`,
  }),
  noReferer: (due: string) => ({
    en: `amoCRM came back without the account’s address (referer): open the link as it stands, begin anew and choose ${due}`,
    ru: `amoCRM не передал адрес аккаунта (referer): откройте ссылку без изменений, начните заново и выберите ${due}`,
  }),
  noCode: {
    en: 'amoCRM came back without a code: begin anew',
    ru: 'amoCRM не передал код: начните заново',
  },
} satisfies Catalogue;

/** The pages of a browser on that way. */
export const oauthPageWords = {
  title: { en: 'Access to amoCRM', ru: 'Доступ к amoCRM' },
  startIntro: {
    en: 'An administrator of the account allows this service to work in amoCRM. Nothing is to be copied.',
    ru: 'Администратор аккаунта разрешает этому сервису работать в amoCRM. Копировать ничего не нужно.',
  },
  key: { en: 'API key of this service', ru: 'Ключ этого сервиса (API key)' },
  account: { en: 'Account (its id in this service)', ru: 'Аккаунт (его id в этом сервисе)' },
  next: { en: 'Continue', ru: 'Продолжить' },
  openIntro: (host: string) => ({
    en: `In amoCRM choose the account ${host} and press “Разрешить”. The link works once, within 15 minutes; it may be passed on to an administrator of the account.`,
    ru: `В amoCRM выберите аккаунт ${host} и нажмите «Разрешить». Ссылка действует один раз и 15 минут; её можно передать администратору аккаунта.`,
  }),
  notFound: {
    en: 'If amoCRM does not find the integration, its id is wrong in the settings of this service (AMO_CLIENT_ID, or client_id of the account).',
    ru: 'Если amoCRM не находит интеграцию, неверен её ID в настройках этого сервиса (AMO_CLIENT_ID или client_id аккаунта).',
  },
  open: { en: 'Open amoCRM', ru: 'Открыть amoCRM' },
  doneTitle: { en: 'Access is there', ru: 'Доступ получен' },
  done: (host: string) => ({
    en: `The service works in ${host} from now on and renews its access by itself. This page can be closed.`,
    ru: `Теперь сервис работает в ${host} и продлевает доступ сам. Эту страницу можно закрыть.`,
  }),
  failedTitle: { en: 'That did not work', ru: 'Не получилось' },
  again: { en: 'Begin anew', ru: 'Начать заново' },
} satisfies Catalogue;
