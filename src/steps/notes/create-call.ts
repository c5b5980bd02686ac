import { Type } from 'typebox';
import { createCall as create } from '../../amocrm/entities/phone-calls/create-call.ts';
import { newCall } from '../../amocrm/entities/phone-calls/params.ts';
import { bothOrNone } from '../../schemas/named.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { created, open } from '../results.ts';

const Call = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'The id in amoCRM: that of the note that the call becomes.' }),
    phone: Type.String({ description: 'The phone number.' }),
    direction: Type.String({ description: '`inbound` or `outbound`.' }),
    duration: Type.Integer({ description: 'Length in seconds.' }),
    source: Type.String({ description: 'Where it comes from.' }),
    uniq: Type.String({ description: 'Its unique id.' }),
  },
  { ...open, title: 'Call', description: 'A call.' },
);

export const createCall = defineStep({
  type: 'amocrm_create_call',
  label: 'создание звонка',
  summary: 'Adds a call.',
  description:
    'amoCRM looks for the number among contacts and companies, by its last ten digits, and puts the call there, or on ' +
    'their only open lead. A number that nobody has is `ENTITY_NOT_FOUND` at `phone`, and nothing is added. With ' +
    '`entity_type` and `entity_id` the call is put on that entity, whatever its number. amoCRM’s reports count a call for ' +
    'its responsible user.',
  tag: 'Notes and calls',
  effects: 'writes',
  outputVar: 'created_call',
  params: Params('created_call', newCall, bothOrNone('entity_type', 'entity_id')),
  result: Result({
    call_id: Type.Integer({ description: 'The call’s id.', examples: [37512063] }),
    call: created(Call),
    entity_type: Type.Union([Type.String(), Type.Null()], {
      description: 'What the call stands on; null where amoCRM does not tell.',
      examples: ['leads'],
    }),
    entity_id: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The id of what the call stands on; null where amoCRM does not tell.',
      examples: [67891],
    }),
  }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { phone: '+79001234567' },
      result: {
        call_id: 37512063,
        call: {
          id: 37512063,
          phone: '+79001234567',
          direction: 'outbound',
          duration: 0,
          source: 'bot',
          uniq: '8e03978e-40d5-43e8-bc93-6894a57f9324',
          entity_type: 'leads',
          entity_id: 67891,
        },
        entity_type: 'leads',
        entity_id: 67891,
      },
    },
    {
      summary: 'An incoming call about a lead',
      params: {
        phone: '+79001234567',
        direction: 'inbound',
        duration: 73,
        source: 'Asterisk',
        call_status: 4,
        call_result: 'Перезвонить в среду',
        link: 'https://pbx.example.com/records/1.mp3',
        uniq: 'pbx-1700000000.42',
        responsible_user: 'Ольга Лебедева',
        entity_type: 'leads',
        entity_id: 67890,
        output_var: 'call',
      },
      result: {
        call_id: 37512064,
        call: {
          id: 37512064,
          phone: '+79001234567',
          direction: 'inbound',
          duration: 73,
          source: 'Asterisk',
          uniq: 'pbx-1700000000.42',
          call_status: 4,
          call_result: 'Перезвонить в среду',
          link: 'https://pbx.example.com/records/1.mp3',
          responsible_user_id: 8000002,
          entity_type: 'leads',
          entity_id: 67890,
        },
        entity_type: 'leads',
        entity_id: 67890,
      },
    },
  ],
  run: (params, amo) => create(amo, params),
});
