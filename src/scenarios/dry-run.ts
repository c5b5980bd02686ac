import type { AmoService } from '../amocrm/amo.ts';
import { type DryNotes, startDryRun } from '../amocrm/dry-run.ts';
import type { Operation } from '../amocrm/operation/operation.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import type { Step } from '../steps/define-step.ts';
import type { StepOutcome } from '../steps/run-step.ts';
import { measureContext } from './context-size.ts';
import type { ScenarioStep } from './document.ts';
import { runScenario } from './run.ts';

export interface DryScenarioParts {
  known: ReadonlyMap<string, Step>;
  service: AmoService;
  operation: Operation;
}

/** Runs a checked scenario without writing: branches follow what is read. See `runScenario` and `startDryRun`. */
export async function dryRunScenario(
  steps: readonly ScenarioStep[],
  context: Readonly<Record<string, unknown>>,
  { known, service, operation }: DryScenarioParts,
) {
  const { amo, take, reads } = startDryRun(service, operation);
  /** Of each executed step, in order; without a result where it only controls the scenario. */
  const noted: (DryNotes & { result?: StepOutcome['result'] })[] = [];
  // A loop may repeat a long text two hundred times: the answer is bounded as a context is.
  const measure = measureContext({}, scenarioMessages.dryAnswerTooLarge);
  const onDryStep = (name: string, result: StepOutcome['result'] | undefined) => {
    const notes = { ...take(name), ...(result === undefined ? {} : { result }) };
    measure(String(noted.push(notes)), notes);
  };
  const { steps: reports, warnings } = await runScenario(steps, context, { known, amo, onDryStep });
  return { steps: reports.map((report, index) => ({ ...report, ...noted[index] })), reads: reads(), warnings };
}
