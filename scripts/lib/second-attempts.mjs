/** A reporter of Vitest that names the tests which failed and then passed when they were tried once more. */
export default class SecondAttempts {
  #names = [];

  onTestCaseResult(testCase) {
    if (testCase.diagnostic()?.flaky) this.#names.push(`${testCase.module.moduleId.split('/').at(-1)} › ${testCase.fullName}`);
  }

  onTestRunEnd() {
    for (const name of this.#names) console.log(secondAttempt(name));
  }
}

/** @param {string} name */
export const secondAttempt = (name) => `Passed only at the second attempt: ${name}`;

/**
 * The same of a report of Playwright.
 * @param {{ suites?: object[] } | undefined} report
 * @returns {string[]}
 */
export function flakyOf(report) {
  const inSuite = ({ suites = [], specs = [], title }) => [
    ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map((spec) => `${title} › ${spec.title}`),
    ...suites.flatMap(inSuite),
  ];
  return (report?.suites ?? []).flatMap(inSuite);
}
