const escapes: Record<string, string> = { '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** A cell as `copy … to stdout` prints it. https://www.postgresql.org/docs/current/sql-copy.html, "Text Format" */
export const copyCell = (cell: string | null): string => (cell === null ? '\\N' : cell.replace(/[\\\b\f\n\r\t\v]/g, (char) => escapes[char] ?? char));
