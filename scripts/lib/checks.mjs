import { mkdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './commands.mjs';
import { pinnedNode } from './node.mjs';
import { cacheDir, nodeModules, projectRoot } from './paths.mjs';
import { flakyOf, secondAttempt } from './second-attempts.mjs';

/**
 * The runners behind `npm test` and `npm run check`. Each resolves to how many of its tests passed and failed, and
 * to what it printed; type check and lint count as one test each.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, output: string }} Outcome
 */

const typeProjects = ['tsconfig.json', 'renderer/tsconfig.json', 'shared/tsconfig.json', 'preload/tsconfig.json', 'e2e/tsconfig.json'];
const programs = {
  tsc: join(nodeModules, 'typescript', 'bin', 'tsc'),
  eslint: join(nodeModules, 'eslint', 'bin', 'eslint.js'),
  vitest: join(nodeModules, 'vitest', 'vitest.mjs'),
  playwright: join(nodeModules, '@playwright', 'test', 'cli.js'),
};

function run(program, args, env = {}) {
  return capture(pinnedNode, [program, ...args], { cwd: projectRoot, env: { ...process.env, ...env } });
}

/** @returns {Promise<Outcome>} */
export async function checkTypes() {
  const results = [];
  for (const project of typeProjects) results.push(await run(programs.tsc, ['--noEmit', '--pretty', 'false', '-p', project]));
  return single(results);
}

/** @returns {Promise<Outcome>} */
export async function lint() {
  const cache = ['--cache', '--cache-strategy', 'content', '--cache-location', join(cacheDir, 'eslint')];
  return single([await run(programs.eslint, ['.', '--max-warnings', '0', ...(process.env.CI ? [] : cache)])]);
}

/**
 * @param {'unit' | 'integration'} project
 * @returns {Promise<Outcome>}
 */
export async function vitest(project) {
  const report = await freshReport(project);
  // Tests of integration wait for servers and disks more than they compute.
  const workers = project === 'integration' ? ['--maxWorkers', '3'] : [];
  const args = ['run', '--project', project, ...workers, '--reporter=default', '--reporter=json', '--reporter=./scripts/lib/second-attempts.mjs', `--outputFile.json=${report}`];
  const result = await run(programs.vitest, args);
  const counts = await readReport(report);
  return outcome(result, counts?.numPassedTests, counts?.numFailedTests, counts?.numPendingTests);
}

/**
 * @param {Record<string, string>[]} desktops the environments of the desktop sessions, one for each file that runs at a time
 * @param {string[]} files only these, all where there are none
 * @returns {Promise<Outcome>}
 */
export async function endToEnd(desktops, files) {
  const report = await freshReport('e2e');
  const env = { ...desktops[0], FACTORY_PULSE_E2E_DESKTOPS: JSON.stringify(desktops), PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const result = await run(programs.playwright, ['test', '--reporter=list,json', ...files], env);
  const counts = await readReport(report);
  const stats = counts?.stats;
  const again = flakyOf(counts).map((name) => `\n${secondAttempt(name)}`);
  return outcome({ ...result, stdout: result.stdout + again.join('') }, stats && stats.expected + stats.flaky, stats?.unexpected, stats?.skipped);
}

function single(results) {
  const isGood = results.every(({ code }) => code === 0);
  const output = results.map(({ stdout, stderr }) => stdout + stderr).join('');
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0, output };
}

/** A run that crashed, or in which nothing was tested, has failed even if no test says so. */
function outcome({ code, stdout, stderr }, passed = 0, failed = 0, skipped = 0) {
  const isWrong = code !== 0 || passed + failed === 0;
  return { passed, failed: isWrong ? Math.max(failed, 1) : failed, skipped, output: stdout + stderr };
}

async function freshReport(name) {
  const file = join(cacheDir, 'reports', `${name}.json`);
  await mkdir(join(cacheDir, 'reports'), { recursive: true });
  await rm(file, { force: true });
  return file;
}

async function readReport(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}
