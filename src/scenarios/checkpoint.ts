import { type Static, Type } from 'typebox';
import { StepReports } from '../problems/document.ts';

/** The state at the start of a step: its index, and the context and reports of the steps before it. */
export const Checkpoint = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  context: Type.Record(Type.String(), Type.Unknown()),
  steps: StepReports,
  /** What the step has found so far, by name. */
  findings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** What the steps before it were warned of, in every language. */
  warnings: Type.Optional(Type.Array(Type.Object({ en: Type.String(), ru: Type.String() }))),
});
export type Checkpoint = Static<typeof Checkpoint>;

/** Where a scenario resumes, and where it records its progress. */
export interface Checkpoints {
  /** The checkpoint of an earlier attempt; undefined for the first one. */
  readonly last: Checkpoint | undefined;
  reach(checkpoint: Checkpoint): void;
}
