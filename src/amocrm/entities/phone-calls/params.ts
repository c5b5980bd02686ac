import { type Static, Type } from 'typebox';
import { Id, Integer, Text } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import { phonePattern } from '../../../schemas/patterns.ts';
import { parentTypes } from '../../shapes/entities.ts';
import { call } from '../notes/params.ts';

export const directions = ['inbound', 'outbound'] as const;

export const newCall = {
  phone: Text('The phone number.', { maxLength: 255, pattern: phonePattern, examples: ['+79001234567'] }),
  duration: Type.Optional(
    Integer('Length of the call in seconds.', { minimum: 0, maximum: 2_147_483_647, default: 0, examples: [73] }),
  ),
  source: Type.Optional(
    Text('Where the call comes from, e.g. the telephony’s name.', {
      maxLength: 255,
      default: 'bot',
      examples: ['Asterisk'],
    }),
  ),
  uniq: call.uniq,
  link: call.link,
  call_result: Type.Optional(Text('What came of the call.', { maxLength: 20_000, examples: ['Перезвонить в среду'] })),
  call_status: call.call_status,
  call_responsible: call.call_responsible,
  direction: Type.Optional(
    Type.Enum([...directions], {
      type: 'string',
      default: 'outbound',
      description: '`inbound`: they called; `outbound`: they were called.',
    }),
  ),
  ...responsibleUser,
  entity_type: Type.Optional(EntityTypeOf(parentTypes, 'What the call is put on.', { examples: ['leads'] })),
  entity_id: Type.Optional(
    Id('The id of what it is put on; it must exist. Without it amoCRM goes by the number.', 67890),
  ),
};
const NewCall = Type.Object(newCall);
export type NewCall = Static<typeof NewCall>;
