import { type Static, Type } from 'typebox';
import { CustomFields, Id, Text } from '../../../schemas/atoms.ts';
import { notBoth, oneOfEach } from '../../../schemas/named.ts';
import type { FieldInput } from '../../fields/encode.ts';
import { taskAttributes } from '../tasks/params.ts';
import { leadAttributes } from './params.ts';

const { contact_id: _, name: __, ...ofLead } = leadAttributes;
const { entity_type: ___, entity_id: ____, ...ofTask } = taskAttributes;

/** The name of a lead whose caller gives none. */
export const defaultLeadName = 'Заявка';

const intakeLead = {
  name: Type.Optional(
    Text(`The name of the lead; «${defaultLeadName}» where absent.`, { maxLength: 255, examples: ['Заявка из бота'] }),
  ),
  ...ofLead,
  company_id: Type.Optional(Id('The company of the lead; it must exist.', 54321)),
  custom_fields: CustomFields('Custom fields of the lead.', { source: 'Telegram' }),
};
const strict = { additionalProperties: false, 'x-empty-as-absent': [null, ''] };

/** What advertisements tell of a visitor, with the codes of amoCRM's own fields of statistics. */
const utmCodes = {
  source: 'UTM_SOURCE',
  medium: 'UTM_MEDIUM',
  campaign: 'UTM_CAMPAIGN',
  content: 'UTM_CONTENT',
  term: 'UTM_TERM',
  referrer: 'UTM_REFERRER',
  roistat: 'ROISTAT',
  from: 'FROM',
  gclientid: 'GCLIENTID',
  ym_uid: '_YM_UID',
  gclid: 'GCLID',
  yclid: 'YCLID',
  fbclid: 'FBCLID',
} as const;
const utmText = (code: string) =>
  Type.Optional(Text(`For the lead’s field ${code}.`, { maxLength: 255, examples: ['telegram'] }));

const utm = Type.Object(Object.fromEntries(Object.entries(utmCodes).map(([key, code]) => [key, utmText(code)])), {
  ...strict,
  description:
    'Where the person came from: for the lead’s fields of statistics, and only for a lead that is made here.',
  examples: [{ source: 'telegram', campaign: 'autumn' }],
});

/** The custom fields of a lead that `utm` means. */
export function utmInputs(given: Readonly<Record<string, string | undefined>> = {}): FieldInput[] {
  return Object.entries(utmCodes).flatMap(([name, key]) => {
    const value = given[name];
    return value === undefined ? [] : [{ path: ['utm', name], key, value }];
  });
}

export const intakeParams = {
  lead: Type.Optional(
    Type.Object(intakeLead, {
      ...strict,
      allOf: oneOfEach(intakeLead),
      description: 'The lead, as `amocrm_create_lead` takes it, without its contact.',
    }),
  ),
  reuse: Type.Optional(
    Type.Enum(['open', 'never'], {
      type: 'string',
      default: 'open',
      description:
        'Whether an open lead of the contact is used again (`open`), or a new one is made each time (`never`).',
    }),
  ),
  note_text: Type.Optional(Text('A common note for the lead.', { examples: ['Хочет скидку'] })),
  task: Type.Optional(
    Type.Object(ofTask, {
      ...strict,
      allOf: [...oneOfEach(ofTask), notBoth('complete_till', 'complete_in')],
      description: 'A task for the lead, as `amocrm_create_task` takes it.',
    }),
  ),
  utm: Type.Optional(utm),
};
export const IntakeParams = Type.Object(intakeParams);
export type IntakeParams = Static<typeof IntakeParams>;
