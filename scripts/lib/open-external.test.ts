import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './paths.mjs';

describe('the rule about addresses that leave the application', () => {
  it('finds every way to write the call', async () => {
    const eslint = new ESLint({ cwd: projectRoot });
    const lines = ["shell.openExternal('x');", "shell['openExternal']('x');", 'const { openExternal } = shell;', "import { openExternal } from 'x';"];
    for (const line of lines) {
      const [result] = await eslint.lintText(`${line}\n`, { filePath: 'scripts/example.mjs' });
      expect(result?.messages.map(({ ruleId }) => ruleId), line).toContain('no-restricted-syntax');
    }
    const [allowed] = await eslint.lintText("shell.openPath('x');\n", { filePath: 'scripts/example.mjs' });
    expect(allowed?.messages.map(({ ruleId }) => ruleId)).not.toContain('no-restricted-syntax');
  });
});
