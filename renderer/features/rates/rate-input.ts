import { isRate } from '../../../shared/domain/money.ts';

/**
 * What a person types for a rate as decimal text: `25.400,5` as in Vietnam, `25,400.5` as in English, or plain. Null where it
 * is no rate, or could be read both ways.
 */
export function readRate(typed: string): string | null {
  const text = typed.replace(/[\s\u00A0\u202F]/g, '');
  const separators = Array.from(text.matchAll(/[.,]/g), ([mark]) => mark);
  const last = separators.at(-1);
  const kinds = new Set(separators);
  const plain =
    last === undefined
      ? text
      : kinds.size === 2
        ? withMarks(text, last === ',' ? '.' : ',', last)
        : separators.length > 1
          ? withMarks(text, last, null)
          : /^[1-9]\d{0,2}[.,]\d{3}$/.test(text)
            ? null
            : text.replace(',', '.');
  return plain !== null && isRate(plain) ? plain : null;
}

/** With marks between thousands, and one before the fraction. */
function withMarks(text: string, thousands: string, point: string | null): string | null {
  const [whole = '', fraction, more] = point === null ? [text] : text.split(point);
  if (more !== undefined || !isGrouped(whole.split(thousands))) return null;
  return whole.replaceAll(thousands, '') + (fraction === undefined ? '' : `.${fraction}`);
}

const isGrouped = ([first = '', ...others]: readonly string[]): boolean =>
  /^\d{1,3}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
