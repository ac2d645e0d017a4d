const message = 'No address is handed to the system: see docs/security.md, point 15.';

/**
 * Nothing of the application leads outside, as options of ESLint's `no-restricted-syntax`. Whoever needs it some day gives
 * it one file, which takes listed targets only, and exempts that file.
 */
export const outsideRule = [
  'error',
  { selector: "Identifier[name='openExternal']", message },
  { selector: "Literal[value='openExternal']", message },
];
