/* global window, document, requestAnimationFrame, PerformanceObserver */

/*
 * What the bench does inside pages. Each function is sent there by itself, so it uses nothing from outside of it.
 */

/**
 * Resolves when one of the board's cards has been painted, to the moment of it: it is looked for before each frame is
 * painted, and what a timer of then calls comes after it.
 *
 * @returns {Promise<number>}
 */
export function boardShown() {
  return new Promise((resolve) => {
    window.location.hash = '/board';
    const look = () => {
      if (document.querySelector('article a') === null) return requestAnimationFrame(look);
      setTimeout(() => resolve(performance.timeOrigin + performance.now()));
    };
    requestAnimationFrame(look);
  });
}

/**
 * Resolves when the page has painted anything, to the moment of it.
 *
 * @returns {Promise<number>}
 */
export function anythingShown() {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(performance.timeOrigin + list.getEntries()[0].startTime)).observe({ type: 'paint', buffered: true });
  });
}

/**
 * Asks the application as its screens do.
 *
 * @param {{ name: string, input?: unknown }} question
 * @returns {Promise<any>}
 */
export async function ask({ name, input }) {
  const answer = await window.factoryPulse.call(name, input);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

/**
 * How long each answer takes, one question after the other.
 *
 * @param {readonly (readonly [kind: string, name: string, input: unknown])[]} questions
 * @returns {Promise<number[]>}
 */
export async function timeAnswers(questions) {
  const times = [];
  for (const [, name, input] of questions) {
    const began = performance.now();
    const answer = await window.factoryPulse.call(name, input);
    times.push(performance.now() - began);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.code}: ${answer.error.message}`);
  }
  return times;
}

/**
 * @param {string} path
 * @returns {void}
 */
export function goTo(path) {
  window.location.hash = path;
}

/**
 * Clicks a project of the table; resolves when its page is painted, with its title and the panels in sight, to the milliseconds it
 * took. Like `boardShown` it looks before each frame is painted.
 *
 * @param {number} place
 * @returns {Promise<number>}
 */
export function openProject(place) {
  return new Promise((resolve, fail) => {
    const links = [...document.querySelectorAll('[role=grid] a')];
    const link = links[place % links.length];
    if (!link) return fail(new Error('there is no row'));
    const began = performance.now();
    link.click();
    const look = () => {
      const isThere = document.querySelector('h1') !== null && document.querySelectorAll('main section').length >= 4;
      if (!isThere || document.querySelector('[role=grid]') !== null) return requestAnimationFrame(look);
      setTimeout(() => resolve(performance.now() - began));
    };
    requestAnimationFrame(look);
  });
}

/** Begins to note the moment of every frame. */
export function watchFrames() {
  window.frames_ = [];
  const note = (now) => {
    if (window.frames_ === undefined) return;
    window.frames_.push(now);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}

/**
 * The moments of all frames since `watchFrames`, in milliseconds.
 *
 * @returns {number[]}
 */
export function framesSeen() {
  const frames = window.frames_;
  window.frames_ = undefined;
  return frames;
}
