import { formatPath } from '../../problems/document-order.ts';
import type { Path } from '../../problems/problem.ts';

/** What a name of the caller came to: a custom field, a pipeline, a user and so on. */
export interface Resolution {
  /** Absent for phones and e-mails, which are sent by the code of their field. */
  id?: number;
  /** The code of a custom field. */
  code?: string;
  /** Its name in amoCRM. */
  name: string;
  /** The options that the values of a list field came to. */
  options?: { id: number; name: string }[];
}

/** Takes note of what names came to. */
export interface ResolvedNames {
  /** `path` is the name's place in the params of the step. */
  note(path: Path, resolution: Resolution): void;
}

/** Names that have been looked up, by their places in the caller's document: `params.pipeline`. */
export function createResolvedNames() {
  const noted = new Map<string, Resolution>();

  return {
    note(path: Path, resolution: Resolution): void {
      noted.set(formatPath(['params', ...path]), resolution);
    },
    /** All names since the last call. */
    take(): Record<string, Resolution> {
      const taken = Object.fromEntries(noted);
      noted.clear();
      return taken;
    },
  };
}
