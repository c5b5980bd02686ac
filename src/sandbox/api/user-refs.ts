import type { Store } from '../store/store.ts';
import { type Violation, violation } from '../validation/violation.ts';

// 0 is the robot: https://www.amocrm.ru/developers/content/crm_platform/leads-api
const ROBOT = 0;

/** Users that do not exist are refused. */
export function checkUsers(store: Store, item: Record<string, unknown>, found: Violation[]): void {
  for (const key of ['responsible_user_id', 'created_by', 'updated_by']) {
    const id = item[key];
    if (typeof id !== 'number' || store.users.has(id)) continue;
    if (id !== ROBOT || key === 'responsible_user_id') found.push(violation('NotSupportedChoice', key));
  }
}
