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
    });
  });

  it('takes the data folder from the switch before the variable, and makes it absolute', () => {
    const dir = { FACTORY_PULSE_USER_DATA: 'data/a' };
    expect(startOptions({ env: dir, userDataDirSwitch: '', packaged: true }).userDataDir).toBe(resolve('data/a'));
    expect(startOptions({ env: dir, userDataDirSwitch: 'data/b', packaged: true }).userDataDir).toBe(resolve('data/b'));
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
