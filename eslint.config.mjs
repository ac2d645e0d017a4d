import eslint from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { layersRule } from './scripts/lib/layers.mjs';
import { outsideRule } from './scripts/lib/outside-rule.mjs';

const nodeGlobals = Object.fromEntries(
  ['process', 'console', 'performance', 'setTimeout', 'clearTimeout', 'URL', 'Buffer', 'fetch'].map((name) => [name, 'readonly']),
);

export default tseslint.config(
  { ignores: ['out/', 'dist/', '.cache/', '.data/', 'node_modules/', 'test-results/', 'playwright-report/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => doSomething()` reads better than a block around it.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A handler given to React or Electron may be async; what it rejects with is handled inside it.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // Our interfaces are written in method form and implemented by plain objects that use no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // There are no enums here: the sources have to run by erasing types.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Classes here have #private fields, so that the compiler itself takes nothing else for one of theirs; a fifth of the time.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { factory: { rules: { layers: layersRule } } },
    rules: { 'factory/layers': 'error' },
  },
  {
    // What the product has to say goes to its log (main) or to the person in front of it.
    files: ['{shared,db,renderer,preload}/**/*.{ts,tsx}', 'main/worker/**/*.ts'],
    rules: { 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    ignores: ['main/system-browser.ts', 'e2e/support/system-browser.ts'],
    rules: { 'no-restricted-syntax': outsideRule },
  },
  {
    files: ['main/**/*.ts'],
    ignores: ['main/ipc/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', importNames: ['ipcMain'], message: 'Only main/ipc may use it: every message passes one gate.' }] },
      ],
    },
  },
  {
    files: ['shared/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', '__dirname', 'window', 'document'],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    // Warns about libraries that the React Compiler cannot handle; it is not used here.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: nodeGlobals },
  },
);
