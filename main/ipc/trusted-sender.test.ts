import { describe, expect, it } from 'vitest';
import { appUrl } from '../origin.ts';
import { isTrustedSender } from './trusted-sender.ts';

const own = { isOwnWindow: (id: number) => id === 1, pageUrl: appUrl };
const frame = { url: 'app://factory-pulse/index.html#/board', parent: null };

describe('a sender', () => {
  it('is trusted as the top frame of our window on our page', () => {
    expect(isTrustedSender({ sender: { id: 1 }, senderFrame: frame }, own)).toBe(true);
  });

  it.each([
    ['another window', { sender: { id: 2 }, senderFrame: frame }],
    ['a frame inside the page', { sender: { id: 1 }, senderFrame: { ...frame, parent: frame } }],
    ['a frame that is gone', { sender: { id: 1 }, senderFrame: null }],
    ['a foreign page', { sender: { id: 1 }, senderFrame: { ...frame, url: 'https://example.com/' } }],
    ['a look-alike', { sender: { id: 1 }, senderFrame: { ...frame, url: 'app://factory-pulse.evil/index.html' } }],
    ['a blank page', { sender: { id: 1 }, senderFrame: { ...frame, url: 'about:blank' } }],
  ])('is refused: %s', (_what, sender) => {
    expect(isTrustedSender(sender, own)).toBe(false);
  });
});
