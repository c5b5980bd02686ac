import { Type } from 'typebox';

/** All types of notes that amoCRM is known to answer with. Source: developers' reference and the SDK. */
export const noteTypes = [
  'common',
  'call_in',
  'call_out',
  'service_message',
  'extended_service_message',
  'message_cashier',
  'geolocation',
  'sms_in',
  'sms_out',
  'attachment',
  'invoice_paid',
  'bill_paid',
  'site_visit',
  'targeting_in',
  'targeting_out',
  'ai_result',
  'zoom_meeting',
  'amomail_message',
  'chat',
  'dropbox_attachment',
  'link_followed',
  'transaction',
] as const;

const moment = (description: string) => Type.Optional(Type.Integer({ description }));

export const Note = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'The id in amoCRM.' }),
    entity_id: Type.Optional(Type.Integer({ description: 'The id of what it stands on.' })),
    note_type: Type.String({ description: 'The type, which decides what `params` hold.' }),
    params: Type.Optional(Type.Unknown({ description: 'What the note says, in amoCRM’s own form.' })),
    responsible_user_id: Type.Optional(Type.Integer({ description: 'The user who is responsible.' })),
    created_by: Type.Optional(Type.Integer({ description: 'The user who made it, 0 for a robot.' })),
    created_at: moment('When it was made, unix seconds.'),
    updated_at: moment('When it was last changed, unix seconds.'),
  },
  { additionalProperties: true, title: 'Note', description: 'A note as amoCRM has it.' },
);
