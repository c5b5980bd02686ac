/** Russian has three forms: 1 и 21 задание, 2 задания, 5 заданий. */
export interface RussianForms {
  one: string;
  few: string;
  many: string;
}

let rules: Intl.PluralRules | undefined;

/** The number with the form of the noun that goes with it. */
export function countedInRussian(count: number, forms: RussianForms): string {
  rules ??= new Intl.PluralRules('ru');
  const rule = rules.select(count);
  return `${count} ${rule === 'one' || rule === 'few' ? forms[rule] : forms.many}`;
}
