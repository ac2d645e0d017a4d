const message = 'Only main/system-browser.ts hands an address to the system: see docs/security.md, point 15.';

/**
 * One file leads outside, for listed targets only, and is exempt; as options of ESLint's `no-restricted-syntax` for all others.
 */
export const outsideRule = [
  'error',
  { selector: "Identifier[name='openExternal']", message },
  { selector: "Literal[value='openExternal']", message },
];
