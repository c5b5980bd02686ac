import { Type } from 'typebox';
import { Lead } from '../../amocrm/shapes/entities.ts';
import { fields, open } from '../results.ts';

export const LeadId = Type.Integer({ description: 'The lead’s id.', examples: [67890] });

export const ReadLead = Type.Object(
  { ...Lead.properties, fields },
  { ...open, title: 'Lead', description: 'A lead as amoCRM has it.' },
);
