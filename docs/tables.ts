/** The page with the rows of the table that begins with this header made anew. */
export function withRows(source: string, header: string, rowsOf: (before: readonly string[]) => string[]): string {
  const lines = source.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`)) + 2;
  const end = lines.findIndex((line, at) => at >= start && !line.startsWith('|'));
  return [...lines.slice(0, start), ...rowsOf(lines.slice(start, end)), ...lines.slice(end)].join('\n');
}
