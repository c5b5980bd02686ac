import Type, { type Static } from 'typebox';
import { type FaultAction, WRONG_ANSWERS } from '../faults/actions.ts';
import type { FaultRule } from '../faults/rules.ts';

const exactly = { additionalProperties: false };
const kinds = <K extends string>(kind: K) => Type.Object({ kind: Type.Literal(kind) }, exactly);
const Whole = Type.Integer({ minimum: 0 });

const next = Type.Optional(Type.Ref('Action'));
const write = {
  method: Type.Enum(['POST', 'PATCH', 'PUT', 'DELETE']),
  path: Type.String(),
  body: Type.Unknown(),
  userId: Type.Optional(Type.Integer()),
};

/** What another user shall write. */
export const ForeignWriteBody = Type.Object(write, exactly);

const Action = Type.Cyclic(
  {
    Action: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('status'),
          status: Type.Integer({ minimum: 200, maximum: 599 }),
          body: Type.Optional(Type.Unknown()),
          headers: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        exactly,
      ),
      Type.Object(
        {
          kind: Type.Literal('redirect'),
          to: Type.String({ format: 'uri' }),
          status: Type.Optional(Type.Enum([301, 302, 303, 307, 308])),
        },
        exactly,
      ),
      Type.Object({ kind: Type.Literal('delay'), ms: Type.Optional(Whole), next }, exactly),
      Type.Object({ kind: Type.Literal('late'), ms: Type.Optional(Whole), next }, exactly),
      Type.Object({ kind: Type.Literal('meanwhile'), ...write, next }, exactly),
      Type.Object({ kind: Type.Literal('after'), next: Type.Ref('Action') }, exactly),
      Type.Object({ kind: Type.Literal('cut'), bytes: Whole }, exactly),
      Type.Object({ kind: Type.Literal('stall'), bytes: Whole }, exactly),
      Type.Object(
        { kind: Type.Literal('wrong-answer'), how: Type.Enum([...WRONG_ANSWERS]), at: Type.Optional(Whole) },
        exactly,
      ),
      Type.Object({ kind: Type.Literal('omit'), keep: Type.Optional(Whole) }, exactly),
      Type.Object({ kind: Type.Literal('too-many'), retryAfter: Type.Optional(Type.String()) }, exactly),
      kinds('drop'),
      kinds('hang'),
      kinds('garbled'),
      kinds('system-error'),
      kinds('unauthorized'),
      kinds('payment-required'),
      kinds('empty-page'),
      kinds('ban'),
    ]),
  },
  'Action',
);

/** What is said of an action that fits none of the above. */
export const ACTION_SHAPES =
  'action must be one of {kind:"status",status,body?,headers?}, {kind:"redirect",to,status?}, ' +
  '{kind:"delay",ms?,next?}, {kind:"after",next}, {kind:"late",ms?,next?}, ' +
  '{kind:"meanwhile",method,path,body,userId?,next?}, {kind:"cut",bytes}, {kind:"stall",bytes}, ' +
  `{kind:"wrong-answer",how,at?} with how ${WRONG_ANSWERS.join(', ')}, ` +
  '{kind:"omit",keep?}, {kind:"too-many",retryAfter?}, or {kind} with kind drop, hang, garbled, ' +
  'system-error, unauthorized, payment-required, empty-page, ban; next is an action too';

/** A fault rule as JSON has it: a pattern instead of an expression, `times: null` for every request. */
export const FaultRuleBody = Type.Object(
  {
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String()),
    pattern: Type.Optional(Type.String({ format: 'regex' })),
    itemsOver: Type.Optional(Whole),
    item: Type.Optional(Type.String({ minLength: 1 })),
    times: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
    skip: Type.Optional(Whole),
    every: Type.Optional(Type.Integer({ minimum: 1 })),
    action: Action,
  },
  exactly,
);

export function ruleFrom({ pattern, times, ...rule }: Static<typeof FaultRuleBody>): FaultRule {
  const action: FaultAction = rule.action;
  return {
    ...rule,
    action,
    ...(pattern !== undefined && { path: new RegExp(pattern) }),
    times: times === null ? Number.POSITIVE_INFINITY : (times ?? 1),
  };
}
