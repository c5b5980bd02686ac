import { Type } from 'typebox';

const open = { additionalProperties: true };
const text = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));

export const User = Type.Object(
  {
    id: Type.Integer({ description: 'The id.' }),
    name: Type.String({ description: 'The name.' }),
    email: text('The e-mail address, which is also the login.'),
    lang: text('The language.'),
    rights: Type.Optional(
      Type.Object(
        {
          is_admin: Type.Optional(Type.Boolean({ description: 'Whether the user is an administrator.' })),
          is_active: Type.Optional(Type.Boolean({ description: 'Whether the user can log in.' })),
        },
        { ...open, description: 'What the user may do.' },
      ),
    ),
  },
  { ...open, title: 'User', description: 'A user as amoCRM has it.' },
);
