import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import type { Amo } from '../amocrm/amo.ts';
import type { ListPage } from '../amocrm/entities/list.ts';
import { largestPage } from '../schemas/largest-page.ts';
import { defineStep, fieldFailures, nameFailures, Result, type StepDefinition } from './define-step.ts';

interface ListDefinition<P extends TSchema, I extends TSchema, L>
  extends Omit<StepDefinition<P, TSchema>, 'effects' | 'result' | 'run'> {
  /** The name of the list in the result, where that is not the output variable's. */
  list?: string;
  item: I;
  /** What the result holds beside the list. */
  more?: TProperties;
  run(params: Static<P>, amo: Amo): Promise<L>;
}

/** Defines a step that reads a list a page at a time. */
export function defineListStep<P extends TSchema, I extends TSchema>(
  definition: ListDefinition<P, I, ListPage<Static<I>>>,
) {
  return defineWholeListStep({ ...definition, more: { ...pageResult, ...definition.more } });
}

/** Defines a step that reads a list that amoCRM gives as a whole. */
export function defineWholeListStep<P extends TSchema, I extends TSchema>({
  item,
  more,
  list,
  run,
  ...definition
}: ListDefinition<P, I, { items: Static<I>[]; count: number }>) {
  const name = list ?? definition.outputVar;
  return defineStep({
    ...definition,
    effects: 'reads',
    result: Result({
      [name]: Type.Array(item, { description: 'The list.' }),
      count: Type.Integer({ description: 'Items in this answer.' }),
      ...more,
    }),
    run: async (params, amo) => {
      const { items, ...rest } = await run(params, amo);
      return { [name]: items, ...rest };
    },
  });
}

const pageResult = {
  page: Type.Integer({ description: 'The page.' }),
  limit: Type.Integer({ description: 'Items on a page at most.' }),
  has_more: Type.Boolean({ description: 'Whether amoCRM offers a further page; it may turn out empty.' }),
};

/** What a list of contacts, leads or companies says of its filters. */
export const filterAddOn =
  'Filters need amoCRM’s paid add-on, all but `id`; `responsible_user` and its like are filters too. Without the add-on ' +
  'amoCRM would give the whole list, so the step fails with `FILTERS_UNAVAILABLE`.';
export const filterFailures = ['FILTERS_UNAVAILABLE', ...nameFailures, ...fieldFailures] as const;

/** The first page, as an example shows it. */
export function pageExample(list: string, item: object, limit = largestPage) {
  return { [list]: [item], count: 1, page: 1, limit, has_more: false };
}
