/**
 * A list of texts as PostgreSQL prints it (`{a,"b c",NULL}`) as the JSON that it would print of it (`["a", "b c", null]`).
 * https://www.postgresql.org/docs/current/arrays.html, "Array Input and Output Syntax"
 */
export function readList(text: string): string {
  const elements: string[] = [];
  const pattern = /"((?:[^"\\]|\\[\s\S])*)"|([^,{}]+)/g;
  for (const [, quoted, plain] of text.slice(1, -1).matchAll(pattern)) {
    if (quoted !== undefined) elements.push(JSON.stringify(quoted.replace(/\\([\s\S])/g, '$1')));
    else elements.push(plain === 'NULL' ? 'null' : JSON.stringify(plain));
  }
  return `[${elements.join(', ')}]`;
}

/** The other way round, exactly as PostgreSQL prints it: quotes where they are needed, and only there. Its spaces are those of ASCII. */
export function writeList(json: string): string {
  const elements = (JSON.parse(json) as (string | null)[]).map((element) => {
    if (element === null) return 'NULL';
    const needsQuotes = element === '' || /^null$/i.test(element) || /[{},"\\ \t\n\v\f\r]/.test(element);
    return needsQuotes ? `"${element.replace(/["\\]/g, '\\$&')}"` : element;
  });
  return `{${elements.join(',')}}`;
}
