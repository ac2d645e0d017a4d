import { join } from 'node:path';
import { app, safeStorage } from 'electron';
import type { Session } from '../shared/api/session.ts';
import type { StartOptions } from './environment.ts';
import { noVault, type Vault } from './keyring.ts';
import type { Log } from './logging.ts';
import { machineSecrets } from './machine-secrets.ts';
import { rememberedPassword } from './remembered-password.ts';
import { SessionKeeper } from './session.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import type { Control } from './worker-host.ts';
import type { SignedIn } from './worker/protocol.ts';

/** Who hears of the session. */
export interface SessionListener {
  sessionChanged(session: Session | null): void;
  personArrived(signedIn: SignedIn, entered: boolean): void;
  personLeft(email: string): void;
}

export interface SessionPartsInput {
  options: StartOptions;
  userDataDir: string;
  log: Log;
  control: Control;
  tell(news: (listener: SessionListener) => void): void;
}

export interface SessionParts {
  settings: SettingsStore;
  keyring: { vault: Vault; platform: NodeJS.Platform; log: Log };
  sessions: SessionKeeper;
}

/** What the remembered person's session needs of main: few and small, so that it is opened before the rest of the application is read. */
export function openSessionParts({ options, userDataDir, log, control, tell }: SessionPartsInput): SessionParts {
  const presets = { locale: app.getLocale(), serverUrl: options.serverUrl, demo: options.demo };
  const settings = openSettings({ dir: userDataDir, presets, log });
  const keyring = { vault: options.keyring ? safeStorage : noVault, platform: process.platform, log };
  const sessions = new SessionKeeper({
    control,
    settings,
    remembered: rememberedPassword({ file: join(userDataDir, 'remembered.json'), ...keyring }),
    machineSecrets: () => machineSecrets({ file: join(userDataDir, 'machine-secret.json'), ...keyring }),
    announce: (session) => tell((listener) => listener.sessionChanged(session)),
    arrived: (signedIn, entered) => tell((listener) => listener.personArrived(signedIn, entered)),
    left: (email) => tell((listener) => listener.personLeft(email)),
    log,
  });
  return { settings, keyring, sessions };
}
