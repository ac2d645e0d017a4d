import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { FirstPage } from './first-page.ts';

const settled = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => (done = true));
  await Promise.resolve();
  await Promise.resolve();
  return done;
};

const state = async (page: FirstPage): Promise<[sent: boolean, complete: boolean]> => [await settled(page.isSent), await settled(page.isComplete)];

describe('the first page', () => {
  it('is waited for until the page itself and then its script are on their way', async () => {
    const page = new FirstPage(true);
    expect(await state(page)).toEqual([false, false]);
    page.answered('app://factory-pulse/index.html');
    expect(await state(page)).toEqual([true, false]);
    page.answered('app://factory-pulse/assets/index-1.css');
    expect(await state(page)).toEqual([true, false]);
    page.answered('app://factory-pulse/assets/index-1.js');
    expect(await state(page)).toEqual([true, true]);
  });

  it('keeps nobody waiting where it comes from a development server', async () => {
    expect(await state(new FirstPage(false))).toEqual([true, true]);
  });

  it('keeps nobody waiting whose window stops loading without it', async () => {
    const page = new FirstPage(true);
    const contents = new EventEmitter();
    page.follow(contents as unknown as WebContents);
    contents.emit('did-stop-loading');
    expect(await state(page)).toEqual([true, true]);
  });
});
