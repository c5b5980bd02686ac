import fc from 'fast-check';
import t from 'tap';
import { certainSteps } from '../../src/scenarios/certain-steps.ts';
import type { ScenarioStep } from '../../src/scenarios/document.ts';

/** Where each step leads: to others by their index, or to the end (-1). One target is a step, two are a condition. */
type Graph = readonly (readonly [number] | readonly [number, number])[];

const idOf = (target: number) => (target < 0 ? '' : `s${target}`);

function stepsOf(graph: Graph): ScenarioStep[] {
  return graph.map(([one, other], index) => {
    const id = `s${index}`;
    if (other === undefined) return { id, type: 'amocrm_x', params: {}, next_step: idOf(one) };
    return { id, type: 'conditional', params: { condition: '{a}', true_step: idOf(one), false_step: idOf(other) } };
  });
}

/** Whether a run can come to an end without this step. */
function canEndWithout(graph: Graph, avoided: number): boolean {
  const seen = new Set([0]);
  for (const step of seen) {
    if (step === avoided) continue;
    for (const next of graph[step] ?? []) {
      if (next < 0) return true;
      seen.add(next);
    }
  }
  return false;
}

t.test('those that no run can do without', (t) => {
  const target = fc.integer({ min: -1, max: 7 });
  const graphs = fc.array(fc.oneof(fc.tuple(target), fc.tuple(target, target)), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(graphs, (graph) => {
      const all = graph.map((_, index) => index);
      const wanted = canEndWithout(graph, -2) ? all.filter((index) => !canEndWithout(graph, index)) : [];
      t.strictSame(certainSteps(stepsOf(graph)), wanted, JSON.stringify(graph));
    }),
    { numRuns: 2000 },
  );
  t.end();
});

t.test('a thousand steps, each of them a condition, take no time that matters', (t) => {
  const graph: Graph = Array.from({ length: 1000 }, (_, n) => [n === 999 ? -1 : n + 1, n > 997 ? -1 : n + 2]);
  t.strictSame(certainSteps(stepsOf(graph)), [0]);
  const chain: Graph = Array.from({ length: 1000 }, (_, n) => [n === 999 ? -1 : n + 1]);
  t.equal(certainSteps(stepsOf(chain)).length, 1000);
  t.end();
});

t.test('"end" ends, and a branch that is not given falls to next_step', (t) => {
  const steps = [
    { id: 'a', type: 'conditional', params: { condition: '{a}', true_step: 'b' }, next_step: 'c' },
    { id: 'b', type: 'end', next_step: 'c' },
    { id: 'c', type: 'amocrm_x', next_step: 'd' },
    { id: 'd', type: 'end' },
  ];
  t.strictSame(certainSteps(steps), [0]);
  t.strictSame(certainSteps(steps.with(1, { id: 'b', type: 'amocrm_x', next_step: 'c' })), [0, 2, 3]);
  t.end();
});
