import { formatPath } from '../../problems/document-order.ts';
import type { Path } from '../../problems/problem.ts';

/** What a name of the caller came to: a custom field, a pipeline, a user and so on; or whose an id is that was made up. */
export interface Resolution {
  /** Absent for phones and e-mails, which are sent by the code of their field. */
  id?: number;
  /** The code of a custom field. */
  code?: string;
  /** Its name in amoCRM; what would have been made has none yet. */
  name?: string;
  /** The options that the values of a list field came to. */
  options?: { id: number; name: string }[];
  /** The step that would have made what the value refers to. */
  step?: string;
}

/** Takes note of what names and made-up ids came to. */
export interface ResolvedNames {
  /** `path` is the name's place in the params of the step. */
  note(path: Path, resolution: Resolution): void;
  /** Looks through a step's params for ids that earlier steps would have made; `given` turns a place into the caller's. */
  noteMadeUp(params: unknown, given: (path: Path) => Path): void;
}

/** Names that have been looked up, by their places in the caller's document: `params.pipeline`. */
export function createResolvedNames() {
  const noted = new Map<string, Resolution>();
  const makers = new Map<number, string>();

  function note(path: Path, resolution: Resolution): void {
    const place = formatPath(['params', ...path]);
    const { step } = noted.get(place) ?? {};
    noted.set(place, step === undefined ? resolution : { ...resolution, step });
  }

  return {
    note,
    noteMadeUp(params: unknown, given: (path: Path) => Path): void {
      if (makers.size === 0) return;
      for (const { id, path } of numbersIn(params, [])) {
        const step = makers.get(id);
        if (step !== undefined) note(given(path), { id, step });
      }
    },
    /** The step that would have made what has these ids. */
    madeBy(step: string, ids: readonly number[]): void {
      for (const id of ids) makers.set(id, step);
    },
    /** All names since the last call. */
    take(): Record<string, Resolution> {
      const taken = Object.fromEntries(noted);
      noted.clear();
      return taken;
    },
  };
}

function* numbersIn(value: unknown, path: Path): Generator<{ id: number; path: Path }> {
  if (typeof value === 'number') yield { id: value, path };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value))
    yield* numbersIn(part, [...path, Array.isArray(value) ? Number(key) : key]);
}
