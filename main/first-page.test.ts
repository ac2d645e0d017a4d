import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { FirstPage } from './first-page.ts';

type Listener = ((details: { url: string }) => void) | null;

let listener: Listener;
let contents: EventEmitter;

beforeEach(() => {
  listener = null;
  const session = { webRequest: { onCompleted: (next: Listener) => (listener = next) } };
  contents = Object.assign(new EventEmitter(), { session });
});

const follow = (names: string[] | null): FirstPage => new FirstPage(contents as unknown as WebContents, names && Promise.resolve(names));
const arrives = (file: string): void => listener?.({ url: `app://factory-pulse/${file}` });

const settled = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => (done = true));
  await Promise.resolve();
  await Promise.resolve();
  return done;
};

const state = async (page: FirstPage): Promise<[arrived: boolean, complete: boolean]> => [await settled(page.hasArrived), await settled(page.isComplete)];

describe('the first page', () => {
  it('is waited for until the page itself and then all that it names have arrived', async () => {
    const page = follow(['assets/index-1.js', 'assets/index-1.css', 'assets/vi-1.js']);
    expect(await state(page)).toEqual([false, false]);
    arrives('index.html');
    expect(await state(page)).toEqual([true, false]);
    arrives('assets/index-1.css');
    expect(await state(page)).toEqual([true, false]);
    arrives('assets/vi-1.js');
    arrives('assets/other.js');
    expect(await state(page)).toEqual([true, false]);
    arrives('assets/index-1.js');
    expect(await state(page)).toEqual([true, true]);
    expect(listener).toBeNull();
  });

  it('keeps nobody waiting where it comes from a development server', async () => {
    expect(await state(follow(null))).toEqual([true, true]);
  });

  it('keeps nobody waiting whose window stops loading without it', async () => {
    const page = follow(['assets/index-1.js']);
    contents.emit('did-stop-loading');
    expect(await state(page)).toEqual([true, true]);
    expect(listener).toBeNull();
  });
});
