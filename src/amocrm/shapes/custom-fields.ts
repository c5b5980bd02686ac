import { Type } from 'typebox';

const open = { additionalProperties: true };
const orNull = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));

export const CustomField = Type.Object(
  {
    id: Type.Integer({ description: 'The id.' }),
    name: Type.String({ description: 'The name.' }),
    type: Type.String({ description: 'The type.' }),
    code: orNull('The code.'),
    sort: Type.Optional(Type.Integer({ description: 'Its place among the others, lowest first.' })),
    group_id: orNull('The tab of the card on which it stands.'),
    enums: Type.Optional(
      Type.Union(
        [
          Type.Array(
            Type.Object(
              {
                id: Type.Integer({ description: 'The option’s id.' }),
                value: Type.String({ description: 'The option’s label.' }),
                code: orNull('The option’s code.'),
              },
              { ...open, description: 'An option.' },
            ),
          ),
          Type.Null(),
        ],
        { description: 'The options of a list, null for other types.' },
      ),
    ),
  },
  { ...open, title: 'CustomField', description: 'A custom field as amoCRM has it.' },
);
