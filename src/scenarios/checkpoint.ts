import { type Static, Type } from 'typebox';
import { StepReports } from '../problems/document.ts';

/** The start of a step: its place, and the context and reports of the steps before it. */
export const Checkpoint = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  context: Type.Record(Type.String(), Type.Unknown()),
  steps: StepReports,
});
export type Checkpoint = Static<typeof Checkpoint>;

/** Where a scenario takes up, and what it tells of its way. */
export interface Checkpoints {
  /** Where an earlier try came to; undefined for a first one. */
  readonly last: Checkpoint | undefined;
  /** Called at the start of each step. */
  reach(checkpoint: Checkpoint): void;
}
