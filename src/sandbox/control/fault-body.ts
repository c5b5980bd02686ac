import Type, { type Static } from 'typebox';
import type { FaultAction, FaultRule } from '../faults/rules.ts';

const exactly = { additionalProperties: false };
const kinds = <K extends string>(kind: K) => Type.Object({ kind: Type.Literal(kind) }, exactly);
const Whole = Type.Integer({ minimum: 0 });

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
      Type.Object({ kind: Type.Literal('delay'), ms: Whole, next: Type.Optional(Type.Ref('Action')) }, exactly),
      Type.Object({ kind: Type.Literal('after'), next: Type.Ref('Action') }, exactly),
      Type.Object({ kind: Type.Literal('cut'), bytes: Whole }, exactly),
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
  'action must be one of {kind:"status",status,body?,headers?}, {kind:"delay",ms,next?}, {kind:"after",next}, ' +
  '{kind:"cut",bytes}, {kind:"omit",keep?}, {kind:"too-many",retryAfter?}, or {kind} with kind drop, hang, garbled, ' +
  'system-error, unauthorized, payment-required, empty-page, ban; next is an action too';

/** A fault rule as JSON has it: a pattern instead of an expression, `times: null` for every request. */
export const FaultRuleBody = Type.Object(
  {
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String()),
    pattern: Type.Optional(Type.String({ format: 'regex' })),
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
