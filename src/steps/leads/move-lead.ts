import { Type } from 'typebox';
import { moveLead as move } from '../../amocrm/entities/leads/move.ts';
import { Id } from '../../schemas/atoms.ts';
import { lossReason, needsOneOf, pipeline, status } from '../../schemas/named.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { LeadId } from './results.ts';

const place = {
  pipeline_id: Type.Union([Type.Integer(), Type.Null()], { description: 'The pipeline.' }),
  status_id: Type.Union([Type.Integer(), Type.Null()], { description: 'The status.' }),
};

export const moveLead = defineStep({
  type: 'amocrm_move_lead',
  label: 'перемещение сделки',
  summary: 'Moves a lead to a status, by name or id.',
  description:
    'A status by its name is looked up in the pipeline given, else in the lead’s own; a status’s id goes with the pipeline ' +
    'that has it. `won` and `lost` are in every pipeline; `lost` may come with a loss reason. A lead that stands there ' +
    'already is left there: `moved` is then false, and `updated` tells whether its loss reason was changed.',
  tag: 'Leads',
  effects: 'writes',
  outputVar: 'moved_lead',
  params: Params(
    'moved_lead',
    { lead_id: Id('The lead to move; it must exist.', 67890), ...pipeline, ...status, ...lossReason },
    needsOneOf('status', 'status_id'),
  ),
  result: Result({
    lead_id: LeadId,
    moved: Type.Boolean({ description: 'Whether it was moved; false where it stands there already.' }),
    updated: Type.Boolean({
      description: 'Whether anything was written; of a lead that is lost already, another reason.',
    }),
    ...place,
    previous: Type.Object(place, { description: 'Where it stood before.' }),
  }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { lead_id: 67890, status: 'Первичный контакт' },
      result: {
        lead_id: 67890,
        moved: true,
        updated: true,
        pipeline_id: 1,
        status_id: 1002,
        previous: { pipeline_id: 1, status_id: 1003 },
      },
    },
    {
      summary: 'Lost, with a reason',
      params: { lead_id: 67890, status: 'lost', loss_reason: 'Дорого' },
      result: {
        lead_id: 67890,
        moved: true,
        updated: true,
        pipeline_id: 1,
        status_id: 143,
        previous: { pipeline_id: 1, status_id: 1002 },
      },
    },
  ],
  run: (params, amo) => move(amo, params),
});
