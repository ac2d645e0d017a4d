/** The separator that the first line has most of, outside of quotes. */
export function separatorOf(text: string): string {
  const line = /^[^\r\n]*/.exec(text.replace(/^\ufeff/, '').replace(/"[^"]*"/g, ''))?.[0] ?? '';
  const counted = [',', ';', '\t', '|'].map((separator) => ({ separator, count: line.split(separator).length }));
  return counted.toSorted((one, other) => other.count - one.count)[0]?.separator ?? ',';
}
