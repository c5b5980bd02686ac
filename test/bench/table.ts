export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

/** A Markdown table under its title, columns aligned for a terminal. */
export function markdown({ title, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join(
    '\n',
  );
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** Milliseconds, as seconds from one on. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  return ms < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

export function times(ratio: number): string {
  return `${figure(ratio)}×`;
}

/** Three digits at most behind the ones that count. */
export function figure(number: number): string {
  return number.toLocaleString('en', number < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
