import { z } from 'zod';
import { operation } from './operation.ts';

export const languages = ['vi', 'en'] as const;
export type Language = (typeof languages)[number];

export const settingsSchema = z.strictObject({
  language: z.enum(languages),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['office', 'shop-floor']),
  /** `postgres://host:port/database`, never with a name or password in it. */
  serverUrl: z.string().max(500),
  /** PEM file of an own certificate authority; empty for the system's. */
  caFile: z.string().max(1000),
});

export type Settings = z.infer<typeof settingsSchema>;

export interface AppInfo {
  version: string;
  platform: 'win32' | 'darwin' | 'linux';
  /** Started against the embedded centre with demo data: the sign-in screen offers the demo accounts. */
  demo: boolean;
  /** Whether the system keeps secrets for its users: without, the password alone protects what is on this machine. */
  keyring: boolean;
}

export const appApi = {
  'app.info': operation<AppInfo>()(z.void(), { handledBy: 'main', session: 'none' }),
  'app.openLogFolder': operation<null>()(z.void(), { handledBy: 'main', session: 'none' }),
  /** Puts a text that a person asked for into the clipboard, which no page may reach. */
  'app.copyText': operation<null>()(z.string().min(1).max(1000), { handledBy: 'main', session: 'none' }),
  'settings.get': operation<Settings>()(z.void(), { handledBy: 'main', session: 'none' }),
  'settings.set': operation<Settings>()(settingsSchema.partial(), { handledBy: 'main', session: 'none' }),
};
