import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { outsideRule } from './outside-rule.mjs';

const linter = new Linter();
const complaints = (line: string): number =>
  linter.verify(line, [{ rules: { 'no-restricted-syntax': outsideRule as ['error', ...object[]] } }]).length;

describe('the rule about addresses that leave the application', () => {
  it.each([
    "shell.openExternal('x');",
    "shell?.openExternal('x');",
    "shell['openExternal']('x');",
    'const { openExternal } = shell;',
    'const { openExternal: open } = shell;',
    "import { openExternal } from 'x';",
  ])('finds %s', (line) => {
    expect(complaints(line)).toBeGreaterThan(0);
  });

  it('leaves the folder of the logs alone', () => {
    expect(complaints("shell.openPath('x');")).toBe(0);
  });
});
