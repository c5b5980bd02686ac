import { Type } from 'typebox';
import { Entity } from '../../amocrm/shapes/entities.ts';
import { fields, open } from '../results.ts';

export const ReadCompany = Type.Object(
  { ...Entity.properties, fields },
  { ...open, title: 'Company', description: 'A company as amoCRM has it.' },
);

export const CompanyId = Type.Integer({ description: 'The company’s id.', examples: [33001] });
