import type { Message } from '../messages/message.ts';

export const checkStatuses = ['ok', 'warn', 'fail'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

export const checkIds = [
  'account',
  'token',
  'field_map',
  'telegram_id',
  'webhooks',
  'clock',
  'limit',
  'directory',
  'database',
  'data_dir',
  'settings',
] as const;
export type CheckId = (typeof checkIds)[number];

/** What a check has found. Holds no secret. */
export interface Finding {
  status: CheckStatus;
  detail: Message;
  /** What to do; absent where nothing is to be done. */
  action?: Message;
}

export interface Check extends Finding {
  id: CheckId;
  /** The account that it is about; absent for the process's own. */
  account?: string;
}

export const ok = (detail: Message): Finding => ({ status: 'ok', detail });
export const warn = (detail: Message, action: Message): Finding => ({ status: 'warn', detail, action });
export const fail = (detail: Message, action: Message): Finding => ({ status: 'fail', detail, action });

/** The worst of some statuses. */
export function worstOf(statuses: readonly CheckStatus[]): CheckStatus {
  return statuses.reduce((worst, status) => (rank(status) > rank(worst) ? status : worst), 'ok');
}

function rank(status: CheckStatus): number {
  return checkStatuses.indexOf(status);
}
