import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POLL_MS, untilPoll, WakeUps } from './wake-up.ts';

const PAUSE_MS = 1_000;

/** A desktop whose pulls take some time each; `at` are the moments in which they began. */
class Desktop {
  readonly at: number[] = [];
  readonly wakeUps: WakeUps;

  constructor(pauseMs: number, pullMs: number, random = () => 0.5) {
    this.wakeUps = new WakeUps(
      pauseMs,
      () => {
        this.at.push(performance.now());
        this.wakeUps.pullBegins();
        setTimeout(() => this.wakeUps.pullEnded(), pullMs);
      },
      random,
    );
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Commits elsewhere, one every so many milliseconds. */
function commits(desktop: Desktop, count: number, everyMs: number): void {
  for (let n = 0; n < count; n++) {
    desktop.wakeUps.hear();
    vi.advanceTimersByTime(everyMs);
  }
}

describe('a wake-up', () => {
  it('is followed at once after a quiet time', () => {
    const desktop = new Desktop(PAUSE_MS, 5);
    const begun = performance.now();
    desktop.wakeUps.hear();
    expect(desktop.at).toEqual([begun]);
    vi.advanceTimersByTime(2 * PAUSE_MS);
    desktop.wakeUps.hear();
    expect(desktop.at).toEqual([begun, begun + 2 * PAUSE_MS]);
  });

  it('costs a pull per pause in a stream of commits, however many come', () => {
    const desktop = new Desktop(PAUSE_MS, 5);
    commits(desktop, 1_000, 10);
    expect(desktop.at.length).toBe(10);
  });

  it('is never lost: after the last commit of a stream comes one more pull', () => {
    const desktop = new Desktop(PAUSE_MS, 5);
    commits(desktop, 50, 30);
    const last = performance.now() - 30;
    vi.advanceTimersByTime(2 * PAUSE_MS);
    expect(desktop.at.at(-1)).toBeGreaterThan(last);
  });

  it('that comes during a pull is followed after it, since its snapshot may be older', () => {
    const desktop = new Desktop(PAUSE_MS, 50);
    desktop.wakeUps.hear();
    vi.advanceTimersByTime(10);
    desktop.wakeUps.hear();
    expect(desktop.at.length).toBe(1);
    vi.advanceTimersByTime(40 + PAUSE_MS);
    expect(desktop.at.length).toBe(2);
  });

  it('is covered by a pull that begins for another reason meanwhile', () => {
    const desktop = new Desktop(PAUSE_MS, 5);
    commits(desktop, 2, 10);
    desktop.wakeUps.pullBegins();
    desktop.wakeUps.pullEnded();
    vi.advanceTimersByTime(5 * PAUSE_MS);
    expect(desktop.at.length).toBe(1);
  });

  it('is followed at once in a small fleet, where the centre asks for no pause', () => {
    const desktop = new Desktop(0, 5);
    commits(desktop, 100, 10);
    expect(desktop.at.length).toBe(100);
  });

  it('leaves a slow centre its rest: the pause counts from the end of a pull', () => {
    const desktop = new Desktop(PAUSE_MS, 4 * PAUSE_MS);
    commits(desktop, 990, 50);
    expect(desktop.at.length).toBe(10);
  });

  it('never waits longer than half a polling interval, whatever the centre asks for', () => {
    const desktop = new Desktop(3_600_000, 5);
    commits(desktop, 2, 10);
    vi.advanceTimersByTime(POLL_MS);
    expect(desktop.at.length).toBe(2);
  });

  it('does nothing any more once the connection has ended', () => {
    const desktop = new Desktop(PAUSE_MS, 5);
    commits(desktop, 2, 10);
    desktop.wakeUps.stop();
    vi.advanceTimersByTime(5 * PAUSE_MS);
    expect(desktop.at.length).toBe(1);
  });
});

describe('desktops that one wake-up brought to pull together', () => {
  it('spread over the pause with the next', () => {
    const desktops = [0, 0.25, 0.5, 0.75, 1].map((share) => new Desktop(PAUSE_MS, 0, () => share));
    for (const { wakeUps } of desktops) wakeUps.hear();
    const begun = performance.now();
    vi.advanceTimersByTime(1);
    for (const { wakeUps } of desktops) wakeUps.hear();
    vi.advanceTimersByTime(2 * PAUSE_MS);
    expect(desktops.map(({ at }) => Math.round((at[1] ?? 0) - begun))).toEqual([750, 875, 1_000, 1_125, 1_250]);
  });

  it('do not poll together for ever', () => {
    expect([0, 1].map((share) => untilPoll(() => share))).toEqual([0.75 * POLL_MS, POLL_MS]);
  });
});
