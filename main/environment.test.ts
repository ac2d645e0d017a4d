import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOptions } from './environment.ts';

const env = { ELECTRON_RENDERER_URL: 'http://localhost:5173', FACTORY_PULSE_TEST_HOOKS: '1', FACTORY_PULSE_NO_KEYRING: '1' };

describe('a start', () => {
  it('without anything special has no presets', () => {
    expect(startOptions({ env: { FACTORY_PULSE_SCREENSHOT: '' }, userDataDirSwitch: '', packaged: true })).toEqual({
      userDataDir: null,
      serverUrl: '',
      demo: false,
      screenshot: null,
      devServer: null,
      testHooks: false,
      keyring: true,
      googleClient: null,
      testGoogle: null,
    });
  });

  it('takes the data folder from the switch before the variable, and makes it absolute', () => {
    const dir = { FACTORY_PULSE_USER_DATA: 'data/a' };
    expect(startOptions({ env: dir, userDataDirSwitch: '', packaged: true }).userDataDir).toBe(resolve('data/a'));
    expect(startOptions({ env: dir, userDataDirSwitch: 'data/b', packaged: true }).userDataDir).toBe(resolve('data/b'));
  });

  it('takes a client of Google over where its id has the form of one', () => {
    const id = '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com';
    const clientOf = (more: Record<string, string>) => startOptions({ env: more, userDataDirSwitch: '', packaged: true }).googleClient;
    expect(clientOf({ GOOGLE_CLIENT_ID: id })).toEqual({ id, secret: null });
    expect(clientOf({ GOOGLE_CLIENT_ID: id, GOOGLE_CLIENT_SECRET: 'GOCSPX-x' })).toEqual({ id, secret: 'GOCSPX-x' });
    expect(clientOf({ GOOGLE_CLIENT_ID: `${id}.evil.example` })).toBe(null);
  });

  it('speaks to another server than Google in tests alone, and on this machine alone', () => {
    const at = (url: string, packaged = false) =>
      startOptions({ env: { FACTORY_PULSE_TEST_HOOKS: '1', FACTORY_PULSE_TEST_GOOGLE: url }, userDataDirSwitch: '', packaged }).testGoogle;
    expect(at('http://127.0.0.1:4711')).toBe('http://127.0.0.1:4711');
    expect(at('http://127.0.0.1:4711', true)).toBe(null);
    for (const url of ['http://127.0.0.1:4711/x', 'http://127.0.0.1.evil.example:80', 'http://localhost:1', 'https://127.0.0.1:1', 'http://x@127.0.0.1:1']) {
      expect(at(url)).toBe(null);
    }
    expect(startOptions({ env: { FACTORY_PULSE_TEST_GOOGLE: 'http://127.0.0.1:4711' }, userDataDirSwitch: '', packaged: false }).testGoogle).toBe(null);
  });

  it('honours development server and test hooks only when it is not packaged', () => {
    expect(startOptions({ env, userDataDirSwitch: '', packaged: false })).toMatchObject({
      devServer: 'http://localhost:5173',
      testHooks: true,
      keyring: false,
    });
    expect(startOptions({ env, userDataDirSwitch: '', packaged: true })).toMatchObject({
      devServer: null,
      testHooks: false,
      keyring: true,
    });
  });
});
