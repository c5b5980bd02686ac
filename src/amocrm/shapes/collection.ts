/** What the gate has to know of one of amoCRM's lists, as data: no file of the gate names an entity. */
export interface Collection {
  /** Below `/api/v4/`, e.g. `leads/notes`. Names the list in the log, the metrics and the journal, too. */
  readonly path: string;
  /** Its name in `_embedded`, which callers read as `entity_type` of what was written. */
  readonly list: string;
  /** Added to a look among the newest, so that the answer has all that is compared. */
  readonly lookQuery: readonly (readonly [string, string])[];
  /** The key by which items of the list differ most: what is not equal in it need not be compared any further. */
  readonly mark: string;
  /** Keys of a create that are not compared, since amoCRM or its robots change them at once. */
  readonly notCompared: readonly string[];
  /** Linked lists whose ids are compared. */
  readonly links: readonly string[];
}

/** The list's name of a path: its last part. */
export function listOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}
