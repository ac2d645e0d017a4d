import { resolve } from 'node:path';
import { isClientId } from '../shared/domain/drive.ts';

/** What a start may be told from outside. None of it is needed in an installed application. */
export interface StartOptions {
  /** Folder of the data instead of the usual one; two folders make two independent installations. */
  userDataDir: string | null;
  /** Preset server address, e.g. by an administrator's installer. */
  serverUrl: string;
  demo: boolean;
  /** Where to write a picture of the first window. */
  screenshot: string | null;
  /** Address of the development server; never honoured in a packaged application. */
  devServer: string | null;
  /** Lets an end-to-end test kill the worker; never honoured in a packaged application. */
  testHooks: boolean;
  /** Whether the system's keyring is used; a test can do without it, a packaged application never. */
  keyring: boolean;
  /** The client at Google for organizations that have entered none. */
  googleClient: { id: string; secret: string | null } | null;
  /** Where a server of a test stands for Google, on this machine only; never honoured in a packaged application. */
  testGoogle: string | null;
}

export interface StartParts {
  env: Readonly<Record<string, string | undefined>>;
  /** Value of the switch `--user-data-dir`, empty where it is absent. */
  userDataDirSwitch: string;
  packaged: boolean;
}

const given = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value);

const onThisMachine = /^http:\/\/127\.0\.0\.1:\d{1,5}$/;

function googleClientOf(env: StartParts['env']): StartOptions['googleClient'] {
  const id = given(env['GOOGLE_CLIENT_ID']);
  return id !== null && isClientId(id) ? { id, secret: given(env['GOOGLE_CLIENT_SECRET']) } : null;
}

/** Reads switches and environment. The switch for the data folder wins over its variable. */
export function startOptions({ env, userDataDirSwitch, packaged }: StartParts): StartOptions {
  const dir = given(userDataDirSwitch) ?? given(env['FACTORY_PULSE_USER_DATA']);
  const testHooks = !packaged && env['FACTORY_PULSE_TEST_HOOKS'] === '1';
  return {
    userDataDir: dir === null ? null : resolve(dir),
    serverUrl: given(env['FACTORY_PULSE_SERVER_URL']) ?? '',
    demo: env['FACTORY_PULSE_DEMO'] === '1',
    screenshot: given(env['FACTORY_PULSE_SCREENSHOT']),
    devServer: packaged ? null : given(env['ELECTRON_RENDERER_URL']),
    testHooks,
    keyring: !(testHooks && env['FACTORY_PULSE_NO_KEYRING'] === '1'),
    googleClient: googleClientOf(env),
    testGoogle: testHooks && onThisMachine.test(env['FACTORY_PULSE_TEST_GOOGLE'] ?? '') ? given(env['FACTORY_PULSE_TEST_GOOGLE']) : null,
  };
}
