import { type Static, type TProperties, Type } from 'typebox';
import { Id, Integer, OutputVar, Text } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { degreesPattern } from '../../../schemas/patterns.ts';
import { parentTypes } from '../../shapes/entities.ts';

const target = {
  entity_type: EntityTypeOf(parentTypes, 'What the note stands on.', { examples: ['leads'] }),
  entity_id: Id('The id of the lead, contact, company or customer; it must exist.', 67890),
};

const longText = { maxLength: 20_000 };
const textParam = Type.Optional(Text('The text, if not given as `note_text`.', longText));
const phone = Text('The phone number.', { maxLength: 255, examples: ['+79001234567'] });
const service = Text('The name of the service that the message comes from.', {
  maxLength: 255,
  examples: ['Telegram'],
});
const coordinate = (description: string, example: string) =>
  Text(description, { maxLength: 32, pattern: degreesPattern, examples: [example] });

/** What a call is, on whatever it stands. */
export const call = {
  phone,
  duration: Integer('Length of the call in seconds.', { minimum: 0, maximum: 2_147_483_647, examples: [73] }),
  source: Text('Where the call comes from, e.g. the telephony’s name.', { maxLength: 255, examples: ['Asterisk'] }),
  uniq: Type.Optional(Text('Unique id of the call; made where absent.', { maxLength: 255 })),
  link: Type.Optional(Text('Address of the recording; left out where absent.', { maxLength: 2_048 })),
  call_result: Type.Optional(Text('What came of the call, if not given as `note_text`.', longText)),
  call_status: Type.Optional(
    Integer('1 left a message, 2 call later, 3 absent, 4 talked, 5 wrong number, 6 no answer, 7 busy.', {
      minimum: 1,
      maximum: 7,
    }),
  ),
  call_responsible: Type.Optional(
    Type.Unsafe<string | number>({
      type: ['integer', 'string'],
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      maxLength: 255,
      description: 'The user who talked: the id as a number, or a phone or name as text.',
    }),
  ),
};

const file = {
  file_uuid: Text('The file’s uuid on the account’s drive; it must be there already.', { maxLength: 64 }),
  file_name: Text('The file’s name.', { maxLength: 255, examples: ['договор.pdf'] }),
  version_uuid: Type.Optional(Text('The version’s uuid.', { maxLength: 64 })),
};

/** Types that amoCRM documents as creatable, with their params. Source: developers' reference, notes. */
const noteTypes = {
  common: { text: textParam },
  call_in: call,
  call_out: call,
  service_message: { service, text: textParam },
  extended_service_message: { service, text: textParam },
  message_cashier: {
    status: Type.Enum(['created', 'shown', 'canceled'], { type: 'string', description: 'State of the message.' }),
    text: textParam,
  },
  geolocation: {
    address: Text('The address.', { maxLength: 1_024, examples: ['Москва, Тверская, 1'] }),
    longitude: coordinate('Longitude in degrees.', '37.61'),
    latitude: coordinate('Latitude in degrees.', '55.76'),
    text: textParam,
  },
  sms_in: { phone, text: textParam },
  sms_out: { phone, text: textParam },
  attachment: file,
} satisfies Record<string, TProperties>;
export type NoteType = keyof typeof noteTypes;

const noteTypeNames = Object.keys(noteTypes);

/** The params of a note: `note_type` decides what `note_params` hold. */
export interface NoteParams {
  entity_type: Static<typeof target.entity_type>;
  entity_id: number;
  note_type: NoteType;
  note_text?: string;
  note_params?: Record<string, unknown>;
}

export const NoteParamsSchema = Type.Unsafe<NoteParams & { output_var?: string }>({
  type: 'object',
  required: ['note_type'],
  discriminator: { propertyName: 'note_type' },
  'x-empty-as-absent': [null, ''],
  properties: {
    entity_type: { description: 'What the note stands on.' },
    entity_id: { description: 'The id of what it stands on.' },
    note_type: {
      type: 'string',
      enum: noteTypeNames,
      default: 'common',
      description: 'The type of the note.',
    },
    note_text: { description: 'The text; see the variant of each type.' },
    note_params: { description: 'What else the type takes; see its variant.' },
    output_var: { description: 'The variable that takes the result.' },
  },
  oneOf: Object.entries(noteTypes).map(([type, properties]) => branch(type, properties)),
});

function branch(type: string, properties: TProperties) {
  const takesText = 'text' in properties || 'call_result' in properties;
  const noteParams = Type.Object(properties, {
    additionalProperties: false,
    'x-empty-as-absent': [null, ''],
    description: `What else a ${type} note takes.`,
  });
  const needed = Object.values(properties).some((property) => !Type.IsOptional(property));
  return Type.Object(
    {
      ...target,
      note_type: Type.Literal(type, { description: 'The type of the note.' }),
      ...(takesText ? { note_text: Type.Optional(Text(textDescription(type), longText)) } : {}),
      note_params: needed ? noteParams : Type.Optional(noteParams),
      output_var: OutputVar('note_result'),
    },
    {
      additionalProperties: false,
      'x-empty-as-absent': [null, ''],
      ...(takesText ? { 'x-aliases': { text: 'note_text' } } : {}),
      title: `${type}_note`,
      description: `Params of a ${type} note.`,
    },
  );
}

function textDescription(type: string): string {
  return type.startsWith('call') ? 'What came of the call (`call_result`).' : 'The text of the note.';
}
