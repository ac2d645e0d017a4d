/** A place in the grid: line -1 is the head, column 0 the boxes that mark rows. */
export interface Place {
  line: number;
  column: number;
}

export interface GridSize {
  lines: number;
  /** The boxes included. */
  columns: number;
  /** Lines that fit into the window. */
  page: number;
}

export interface Stroke {
  key: string;
  ctrl: boolean;
}

/** Where a key leads; null where it leads nowhere. The head is above the first line. */
export function step({ line, column }: Place, { key, ctrl }: Stroke, { lines, columns, page }: GridSize): Place | null {
  const within = (wanted: Place): Place => ({
    line: Math.min(Math.max(wanted.line, -1), lines - 1),
    column: Math.min(Math.max(wanted.column, 0), columns - 1),
  });
  const firstLine = Math.min(0, lines - 1);
  switch (key) {
    case 'ArrowUp':
      return within({ line: ctrl ? firstLine : line - 1, column });
    case 'ArrowDown':
      return within({ line: ctrl ? lines - 1 : line + 1, column });
    case 'ArrowLeft':
      return within({ line, column: column - 1 });
    case 'ArrowRight':
      return within({ line, column: column + 1 });
    case 'Home':
      return within({ line: ctrl ? firstLine : line, column: 0 });
    case 'End':
      return within({ line: ctrl ? lines - 1 : line, column: columns - 1 });
    case 'PageUp':
      return within({ line: Math.max(line - page, firstLine), column });
    case 'PageDown':
      return within({ line: line + page, column });
    default:
      return null;
  }
}
