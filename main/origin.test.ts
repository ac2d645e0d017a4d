import { describe, expect, it } from 'vitest';
import { appUrl, originOf, sameOrigin } from './origin.ts';

describe('the origin of a page', () => {
  it('is scheme and authority, also for the scheme of the application', () => {
    expect(originOf(appUrl)).toBe('app://factory-pulse');
    expect(originOf('http://localhost:5173/board?x=1#y')).toBe('http://localhost:5173');
  });

  it('accepts every page of its own', () => {
    expect(sameOrigin(appUrl, 'app://factory-pulse/assets/a.js')).toBe(true);
  });

  it.each([
    'app://factory-pulse.example/index.html',
    'app://other/index.html',
    'https://factory-pulse/index.html',
    'https://example.com/?app://factory-pulse/',
    'file:///app://factory-pulse/index.html',
    'app://person:secret@factory-pulse/index.html',
    'about:blank',
    'not a url',
    '',
  ])('refuses %s', (url) => {
    expect(sameOrigin(appUrl, url)).toBe(false);
  });
});
