/** Columns of text, the first left-aligned, the others right-aligned unless they are the last of more than two. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const isText = (column: number): boolean => column === 0 || (column > 1 && column === headings.length - 1);
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) =>
        isText(column) ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width),
      )
      .join('  ')
      .trimEnd();
  return `${[headings, ...rows].map(line).join('\n')}\n`;
}
