import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { electronCommand } from '../../scripts/lib/electron.mjs';
import type { Language } from '../../shared/api/app.ts';
import type { ConnectionState } from '../../shared/api/sync.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { destinations, type DestinationId } from '../../shared/navigation.ts';
import { ownDesktopSession } from './desktop-sessions.ts';
import { killGroup, signalGroup } from './process-group.ts';
import { words, type Words } from './words.ts';

export interface DesktopOptions {
  /** `postgres://host:port/database`. */
  server: string;
  language?: Language;
  theme?: 'light' | 'dark';
  density?: 'office' | 'shop-floor';
  width?: number;
  height?: number;
  /** Where the window begins. */
  page?: string;
  /** False for a machine without a keyring. */
  keyring?: boolean;
  /** Offers the demo accounts at sign-in, as `npm start` does. */
  demo?: boolean;
  /** Where a server stands for Google. */
  google?: string;
}

/** One installation of the real application with a data folder of its own. */
export class Desktop {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-e2e-'));
  /** The texts of the language that it was set up with. */
  readonly words: Words;
  readonly #options: DesktopOptions;
  #application: ElectronApplication | null = null;
  #page: Page | null = null;

  constructor(options: DesktopOptions) {
    this.#options = options;
    const { language = 'vi', theme = 'light', density = 'office' } = options;
    this.words = words(language);
    writeFileSync(join(this.folder, 'settings.json'), JSON.stringify({ language, theme, density, serverUrl: options.server }));
  }

  get isDark(): boolean {
    return this.#options.theme === 'dark';
  }

  get page(): Page {
    if (!this.#page) throw new Error('the application is not open');
    return this.#page;
  }

  get application(): ElectronApplication {
    if (!this.#application) throw new Error('the application is not open');
    return this.#application;
  }

  /** How the operating system starts this installation. */
  get command(): { executablePath: string; args: string[]; env: Record<string, string> } {
    const { executablePath, args } = electronCommand();
    const { server, demo = false, keyring = true, google } = this.#options;
    return {
      executablePath,
      args: [...args, `--user-data-dir=${this.folder}`],
      env: {
        ...(process.env as Record<string, string>),
        ...ownDesktopSession(),
        FACTORY_PULSE_TEST_HOOKS: '1',
        FACTORY_PULSE_SERVER_URL: server,
        ...(demo ? { FACTORY_PULSE_DEMO: '1' } : {}),
        ...(google === undefined ? {} : { FACTORY_PULSE_TEST_GOOGLE: google }),
        ...(keyring ? {} : { FACTORY_PULSE_NO_KEYRING: '1' }),
      },
    };
  }

  /** Opens the application, with further arguments as the system hands them over, and waits for its first window. */
  async open(more: readonly string[] = []): Promise<Page> {
    const { width = 1366, height = 768 } = this.#options;
    const { args, ...command } = this.command;
    this.#application = await _electron.launch({ ...command, args: [...args, ...more] });
    this.#page = await this.#application.firstWindow();
    // Most tests work on the board; the overview, where the staff begin, has its own.
    await this.#page.evaluate((path) => (window.location.hash = path), this.#options.page ?? '/board');
    await this.resize(width, height);
    return this.#page;
  }

  async resize(width: number, height: number): Promise<void> {
    await this.application.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, ...size }),
      { width, height },
    );
  }

  /** Fills in the sign-in form and sends it. */
  async trySignIn(email: string, password = demoPassword): Promise<void> {
    const { page, words: t } = this;
    await page.getByRole('textbox', { name: t('session.signIn.email'), exact: true }).fill(email);
    await page.getByLabel(t('session.signIn.password'), { exact: true }).fill(password);
    await page.getByRole('button', { name: t('session.signIn.submit'), exact: true }).click();
  }

  /** Signs in by the form, as a person does, waits until there is something to work with, and opens the board. */
  async signIn(email: string, password = demoPassword): Promise<Page> {
    await this.trySignIn(email, password);
    await this.openBoard();
    return this.page;
  }

  /** Leaves the start page, or whatever is shown, for the board. */
  async openBoard(): Promise<void> {
    await expect(this.status).toBeVisible();
    await this.page.evaluate(() => (window.location.hash = '/board'));
  }

  /** Opens the application and signs in. */
  async start(email: string): Promise<Page> {
    await this.open();
    return this.signIn(email);
  }

  async signOut(): Promise<void> {
    const { page, words: t } = this;
    await page.getByRole('button', { name: t('app.navigation.settings'), exact: true }).click();
    await page.getByRole('button', { name: t('settings.signOut'), exact: true }).click();
    await expect(page.getByRole('button', { name: t('session.signIn.submit'), exact: true })).toBeVisible();
  }

  /** The entry behind which the pages of administration stand. */
  get administration(): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${this.words('app.navigation.administration')}`) });
  }

  /** Goes to a page by the navigation. */
  async goTo(page: DestinationId): Promise<void> {
    const name = new RegExp(`^${this.words(`app.navigation.${page}`)}`);
    if (destinations.find(({ id }) => id === page)?.group === 'admin') {
      await this.administration.click();
      await this.page.getByRole('menuitem', { name }).click();
    } else {
      await this.page.getByRole('navigation').getByRole('link', { name }).click();
    }
  }

  get board(): Locator {
    return this.page.getByRole('region', { name: this.words('projects.board.region') });
  }

  /** What the screen says where nobody was signed in, with the way on. */
  get problem(): Locator {
    return this.page.getByRole('alert').filter({ hasText: this.words('session.signIn.failed') });
  }

  /** The line at the bottom that says how this machine stands towards the centre, and leads to the sync centre. */
  get status(): Locator {
    return this.page.getByRole('contentinfo').getByRole('link');
  }

  /** The state of the connection with what waits, in the words of the status bar. */
  statusText(state: ConnectionState, pending = 0, t = this.words): string {
    const text = t(`sync.state.${state}`);
    return pending > 0 ? t('sync.withWaiting', { state: text, waiting: t('sync.waiting', { count: pending }) }) : text;
  }

  async isOnline(): Promise<void> {
    await expect(this.status).toHaveText(this.statusText('online'));
  }

  /** Asks for a sync at once, as a person does who does not want to wait for the next attempt. */
  async syncNow(): Promise<void> {
    const { page, words: t } = this;
    const before = await page.evaluate(() => window.location.hash);
    await this.status.click();
    await page.getByRole('button', { name: t('sync.now'), exact: true }).click();
    // Back to the page where the person was.
    await page.evaluate((hash) => (window.location.hash = hash), before);
  }

  /** Closes the application in good order; the data folder stays. */
  async close(): Promise<void> {
    await this.#application?.close();
    this.#application = null;
    this.#page = null;
  }

  /** Ends all its processes without a warning, as a power cut does. */
  async kill(): Promise<void> {
    await killGroup(this.application.process());
    this.#application = null;
    this.#page = null;
  }

  /** Starts it and ends all its processes after so many milliseconds, wherever the start is by then. */
  async startAndKill(afterMs: number): Promise<void> {
    const { executablePath, args, env } = this.command;
    const child = spawn(executablePath, args, { env, stdio: 'ignore', detached: true });
    await delay(afterMs);
    await killGroup(child);
  }

  /** Stops all its processes where they are, as the machine's sleep does, until `thaw`. */
  freeze(): void {
    signalGroup(this.application.process(), 'SIGSTOP');
  }

  thaw(): void {
    signalGroup(this.application.process(), 'SIGCONT');
  }

  async remove(): Promise<void> {
    await this.close();
    // A second start that handed over to this one may still be writing its last files.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
