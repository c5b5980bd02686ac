import { checkTitles } from '../messages/doctor.ts';
import type { Language } from '../messages/message.ts';
import type { Examined } from './examine-all.ts';

/** What was found, in one language. */
export function wordsOf({ status, checkedAt, checks }: Examined, language: Language) {
  return {
    status,
    checked_at: checkedAt,
    checks: checks.map(({ id, status, detail, action, account }) => ({
      id,
      status,
      title: checkTitles[id][language],
      detail: detail[language],
      action: action?.[language] ?? '',
      ...(account === undefined ? {} : { account }),
    })),
  };
}
