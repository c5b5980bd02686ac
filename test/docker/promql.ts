/** A metric that an expression asks for, with the labels by which it chooses. */
export interface Selector {
  name: string;
  labels: string[];
}

const words = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'bool', 'offset', 'inf', 'nan']);

/** The metrics in a PromQL expression: names that are neither called nor words of the language nor labels of a grouping. */
export function selectorsIn(expression: string): Selector[] {
  const bare = expression.replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/"(?:[^"\\]|\\.)*"|(?<![\w.$])([a-z_:][\w:]*)\s*(\{(?:[^{}"]|"[^"]*")*\}|\()?/gi)].flatMap(
    ([, name = '', rest = '']) => {
      if (name === '' || rest === '(' || words.has(name.toLowerCase())) return [];
      return [{ name, labels: [...rest.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label) }];
    },
  );
}
