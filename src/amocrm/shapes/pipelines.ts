import { Type } from 'typebox';

const open = { additionalProperties: true };
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const sort = Type.Optional(Type.Integer({ description: 'Its place among the others, lowest first.' }));

export const Status = Type.Object(
  {
    id: Type.Integer({ description: 'The id: 142 is won and 143 lost in every pipeline.' }),
    name: Type.String({ description: 'The name.' }),
    sort,
    type: Type.Optional(Type.Integer({ description: '1 for what is still unsorted, 0 for others.' })),
    color: Type.Optional(Type.String({ description: 'The colour.' })),
    is_editable: flag('Whether it can be changed.'),
    pipeline_id: Type.Optional(Type.Integer({ description: 'The pipeline that it belongs to.' })),
  },
  { ...open, title: 'Status', description: 'A status as amoCRM has it.' },
);

export const Pipeline = Type.Object(
  {
    id: Type.Integer({ description: 'The id.' }),
    name: Type.String({ description: 'The name.' }),
    sort,
    is_main: flag('Whether leads that name no pipeline go here.'),
    is_unsorted_on: flag('Whether it begins with what is still unsorted.'),
    is_archive: flag('Whether it is archived.'),
    _embedded: Type.Optional(
      Type.Object(
        { statuses: Type.Array(Status, { description: 'Its statuses.' }) },
        { ...open, description: 'Its parts.' },
      ),
    ),
  },
  { ...open, title: 'Pipeline', description: 'A pipeline as amoCRM has it.' },
);

export const LossReason = Type.Object(
  {
    id: Type.Integer({ description: 'The id.' }),
    name: Type.String({ description: 'The name.' }),
    sort,
  },
  { ...open, title: 'LossReason', description: 'Why leads are lost.' },
);
