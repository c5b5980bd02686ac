import Type from 'typebox';
import type { Status } from '../store/models.ts';
import type { Store } from '../store/store.ts';

/** The closing statuses, in every pipeline the same: won and lost. */
export const SYSTEM = [142, 143] as const;

const COLORS = [
  ...['#fffeb2', '#fffd7f', '#fff000', '#ffeab2', '#ffdc7f', '#ffce5a', '#ffdbdb', '#ffc8c8', '#ff8f92', '#d6eaff'],
  ...['#c1e0ff', '#98cbff', '#ebffb1', '#deff81', '#87f2c0', '#f9deff', '#f3beff', '#ccc8f9', '#eb93ff', '#f2f3f4'],
  '#e6e8ea',
];
export const Color = Type.Enum(COLORS);
const USUAL_COLOR = '#fffeb2';

interface Sent {
  id?: 142 | 143;
  name: string;
  sort?: number;
  color?: string;
}

/** The statuses of a new pipeline: those sent between "Неразобранное" and the two closing ones. */
export function newStatuses(sent: Sent[], store: Store): Status[] {
  const name = (id: number, usual: string) => sent.find((status) => status.id === id)?.name ?? usual;
  const open = sent.filter(({ id }) => id === undefined).map((status) => newStatus(status, store));
  return ordered([
    { id: store.nextId(), name: 'Неразобранное', sort: 10, is_editable: false, color: '#c1c1c1', type: 1 },
    ...open,
    { id: 142, name: name(142, 'Успешно реализовано'), sort: 10_000, is_editable: false, color: '#CCFF66', type: 0 },
    {
      id: 143,
      name: name(143, 'Закрыто и не реализовано'),
      sort: 11_000,
      is_editable: false,
      color: '#D5D8DB',
      type: 0,
    },
  ]);
}

export function newStatus({ name, sort = 20, color = USUAL_COLOR }: Omit<Sent, 'id'>, store: Store): Status {
  return { id: store.nextId(), name, sort, is_editable: true, color, type: 0 };
}

/** Numbers them anew by tens, in the order that was asked for: 100 sent may be 60 stored. */
export function ordered(statuses: Status[]): Status[] {
  const first = statuses.filter(({ type }) => type === 1);
  const last = statuses.filter(({ id }) => id === SYSTEM[0] || id === SYSTEM[1]);
  const open = statuses.filter((status) => !first.includes(status) && !last.includes(status));
  open.sort((a, b) => a.sort - b.sort);
  for (const [index, status] of open.entries()) status.sort = (index + 2) * 10;
  return [...first, ...open, ...last];
}
