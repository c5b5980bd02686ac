import type { ModelAccount } from './model-account.ts';

/** What the service has answered. */
export interface Answered {
  kind: 'find' | 'find or create';
  phone: string;
  /** When it was asked and answered, virtual milliseconds. */
  from: number;
  to: number;
  id: number | undefined;
  count: number;
  isNew: boolean;
}

/**
 * Why an answer is wrong; undefined where a full scan at some moment of the window could have given it, to which is added
 * what the service itself had written by then. The window begins so much before the service was asked, and then for what it
 * has made: it must double nothing that was there.
 */
export function faultOf(
  { moments, made, written }: ModelAccount,
  answered: Answered,
  freshMs: number,
): string | undefined {
  const { kind, phone, from, to, id, count, isNew } = answered;
  const begin = isNew ? from : from - freshMs;
  const own = written.filter(({ phones, answeredAt }) => phones.includes(phone) && answeredAt < from);
  const since = moments.findLastIndex(({ at }) => at <= begin);
  const until = isNew && id !== undefined ? (made.get(id) ?? to) : to;
  const window = moments.slice(Math.max(0, since)).filter(({ at }, index) => index === 0 || at <= until);
  const scans = window.map(({ at, contacts }) => {
    const holders = [...contacts].filter(([, phones]) => phones.includes(phone)).map(([holder]) => holder);
    const ownLater = own.filter((write) => write.at > at).map((write) => write.id);
    const all = new Set([...holders, ...ownLater]);
    if (isNew && id !== undefined) all.delete(id);
    return [...all].sort((a, b) => a - b);
  });
  const told = `${kind} of ${phone} from ${from} to ${to} told ${id} (${count})${isNew ? ', new' : ''}`;
  const seen = `scans ${JSON.stringify(scans)}`;
  if (id === undefined || isNew) {
    if (scans.some((holders) => holders.length === 0)) return doubled(answered, moments, made);
    return `${told}, though there always was one: ${seen}`;
  }
  if (!scans.some((holders) => holders.includes(id))) return `${told}, which never was one: ${seen}`;
  const lower = scans[0]?.find((holder) => holder < id && scans.every((holders) => holders.includes(holder)));
  if (lower !== undefined) return `${told}, though ${lower} always was one: ${seen}`;
  if (kind === 'find' && scans.length === 1 && count !== scans[0]?.length) return `${told}: ${seen}`;
  return undefined;
}

/** Whether the service itself had made one before, which has been known as that person all the time. */
function doubled(
  { id, phone, isNew }: Answered,
  moments: ModelAccount['moments'],
  made: ModelAccount['made'],
): string | undefined {
  const at = id === undefined ? undefined : made.get(id);
  if (!isNew || at === undefined) return undefined;
  const before = [...made].filter(([other, madeAt]) => other !== id && madeAt <= at && other < Number(id));
  const twin = before.find(([other, madeAt]) =>
    moments
      .filter((moment) => moment.at > madeAt && moment.at <= at)
      .concat(moments.filter((moment) => moment.at === madeAt).slice(-1))
      .every(({ contacts }) => contacts.get(other)?.includes(phone) === true),
  );
  return twin === undefined ? undefined : `${phone} was made twice: ${twin[0]} and ${id}`;
}
