import { dirname, relative, resolve, sep } from 'node:path';
import { projectRoot } from './paths.mjs';

/**
 * Which layer may import which, as an ESLint rule: see the table in docs/development.md. A relative import is
 * resolved to the file it names, so a path cannot be spelled around the rule.
 *
 * `own`: layers of ours that may be imported. `types`: layers of which only types may be imported.
 * `never`: packages that do not belong there.
 */
const node = /^node:/;
const electron = /^electron($|\/)/;
const databases = /^(pg|pg-copy-streams|better-sqlite3|drizzle-orm)($|\/)/;
const react = /^(react|react-dom|@mantine\/.*|@tanstack\/.*|zustand)($|\/)/;

const layers = {
  shared: { own: ['shared'], types: [], never: [node, electron, databases, react] },
  db: { own: ['db', 'shared'], types: [], never: [electron, react] },
  'main/worker/protocol.ts': { own: ['main/worker/protocol.ts', 'shared'], types: ['main/worker', 'db'], never: [electron, databases, react] },
  'main/worker/testing': { own: ['main/worker/testing', 'main/worker', 'main/worker/protocol.ts', 'shared', 'db'], types: [], never: [electron, react] },
  'main/worker': { own: ['main/worker/protocol.ts', 'main/worker', 'shared', 'db'], types: [], never: [electron, react] },
  'main/drive/testing': { own: ['main/drive/testing', 'main', 'main/worker/protocol.ts', 'shared'], types: [], never: [electron, databases, react] },
  main: { own: ['main', 'main/worker/protocol.ts', 'shared'], types: [], never: [databases, react] },
  preload: { own: ['preload', 'shared'], types: [], never: [node, databases, react] },
  renderer: { own: ['renderer', 'shared'], types: ['preload'], never: [node, electron, databases] },
  scripts: { own: ['scripts', 'main/worker', 'main/worker/testing', 'main/drive/testing', 'main/worker/protocol.ts', 'db', 'shared'], types: [], never: [react] },
  e2e: { own: ['e2e', 'scripts', 'shared', 'db', 'main/worker/testing', 'main/drive/testing'], types: ['preload'], never: [react] },
};
/** What tests may use beyond their layer: Node, the databases and what prepares them. */
const forTests = { own: ['db', 'scripts', 'shared', 'main/worker', 'main/worker/testing', 'main/drive/testing'], never: [react, electron] };

function layerOf(file) {
  const path = relative(projectRoot, file).split(sep).join('/');
  const name = Object.keys(layers).find((layer) => path === layer || path.startsWith(`${layer}/`));
  return name === undefined ? null : name;
}

function isTest(file) {
  return /\.test\.tsx?$/.test(file) || /[\\/]testing[\\/]/.test(file);
}

function complaint(file, specifier, isTypeOnly) {
  const from = layerOf(file);
  if (from === null) return null;
  const rules = layers[from];
  if (!specifier.startsWith('.')) {
    const never = isTest(file) ? rules.never.filter((pattern) => forTests.never.includes(pattern)) : rules.never;
    return never.some((pattern) => pattern.test(specifier)) ? `${from}/ must not import "${specifier}".` : null;
  }
  const to = layerOf(resolve(dirname(file), specifier));
  if (to === null || rules.own.includes(to)) return null;
  if (isTypeOnly && rules.types.includes(to)) return null;
  if (isTest(file) && forTests.own.includes(to)) return null;
  const what = rules.types.includes(to) ? 'anything but types from' : 'from';
  return `${from}/ must not import ${what} ${to}/ ("${specifier}").`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { layer: '{{complaint}}' } },
  create(context) {
    const check = (statement, source) => {
      if (source === null || typeof source.value !== 'string') return;
      const isTypeOnly = statement.importKind === 'type' || statement.exportKind === 'type';
      const found = complaint(context.filename, source.value, isTypeOnly);
      if (found !== null) context.report({ node: source, messageId: 'layer', data: { complaint: found } });
    };
    return {
      ImportDeclaration: (statement) => check(statement, statement.source),
      ExportNamedDeclaration: (statement) => check(statement, statement.source),
      ExportAllDeclaration: (statement) => check(statement, statement.source),
      ImportExpression: (expression) => expression.source.type === 'Literal' && check(expression, expression.source),
    };
  },
};
