/** What one call may carry, in characters and values together; the longest text that a screen sends is a hundredth of it. */
const MOST = 4_000_000;
const DEEPEST = 20;

/** What is wrong with an input as such, in a word. */
export type InputProblem = 'too_large' | 'too_deep' | 'not_plain';

interface Budget {
  left: number;
}

/**
 * Looks through an input before anything reads it: only what JSON knows passes, of a bounded size. Structured clones
 * also carry cycles, maps, buffers, dates and errors, which no operation takes. Null where all is well.
 */
export const problemOf = (input: unknown): InputProblem | null => look(input, DEEPEST, { left: MOST });

function look(value: unknown, depth: number, budget: Budget): InputProblem | null {
  budget.left -= typeof value === 'string' ? value.length + 1 : 1;
  if (budget.left < 0) return 'too_large';
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : 'not_plain';
    case 'object':
      return value === null ? null : lookInto(value, depth, budget);
    default:
      return 'not_plain';
  }
}

function lookInto(value: object, depth: number, budget: Budget): InputProblem | null {
  const isList = Array.isArray(value);
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return 'not_plain';
  // A cycle is as deep as one likes.
  if (depth === 0) return 'too_deep';
  // Of a list with holes, which is long without holding anything, the length counts.
  if (isList && value.length > budget.left) return 'too_large';
  for (const [name, inner] of Object.entries(value)) {
    budget.left -= name.length;
    const problem = look(inner, depth - 1, budget);
    if (problem !== null) return problem;
  }
  return null;
}
