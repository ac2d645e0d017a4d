import { describe, expect, it } from 'vitest';
import { appUrl, originOf, sameOrigin, staysInside } from './origin.ts';

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

describe('a request', () => {
  it('stays inside where it goes to the page’s own origin or to what the page made itself', () => {
    for (const url of ['app://factory-pulse/assets/a.js', 'data:image/png;base64,AAAA', 'blob:app://factory-pulse/1']) {
      expect(staysInside(url, appUrl), url).toBe(true);
    }
    const devServer = 'http://localhost:5173/';
    expect(staysInside('ws://localhost:5173/?token=x', devServer)).toBe(true);
  });

  it('leaves in every other case', () => {
    for (const url of ['https://example.com/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'app://other/x', 'ftp://factory-pulse/', 'not a url', '']) {
      expect(staysInside(url, appUrl), url).toBe(false);
    }
    expect(staysInside('ws://localhost:5174/', 'http://localhost:5173/')).toBe(false);
  });
});
