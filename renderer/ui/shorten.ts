/** The beginning of a text that may be of any length; no letter of two halves, such as an emoji, is cut. */
export function shorten(text: string, letters: number): string {
  const beginning = Array.from(text.slice(0, 2 * letters)).slice(0, letters).join('');
  return beginning.length < text.length ? `${beginning}…` : text;
}
