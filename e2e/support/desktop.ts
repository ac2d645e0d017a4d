import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { electronCommand } from '../../scripts/lib/electron.mjs';
import { demoPassword } from '../../shared/demo-accounts.ts';

export interface DesktopOptions {
  /** `postgres://host:port/database`. */
  server: string;
  language?: 'vi' | 'en';
  theme?: 'light' | 'dark';
  density?: 'office' | 'shop-floor';
  width?: number;
  height?: number;
  /** Offers the demo accounts at sign-in, as `npm start` does. */
  demo?: boolean;
}

/** One installation of the real application with a data folder of its own. */
export class Desktop {
  readonly folder = mkdtempSync(join(tmpdir(), 'factory-pulse-e2e-'));
  readonly #options: DesktopOptions;
  #application: ElectronApplication | null = null;
  #page: Page | null = null;

  constructor(options: DesktopOptions) {
    this.#options = options;
    const { language = 'vi', theme = 'light', density = 'office' } = options;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'settings.json'), JSON.stringify({ language, theme, density, serverUrl: options.server }));
  }

  get page(): Page {
    if (!this.#page) throw new Error('the application is not open');
    return this.#page;
  }

  get application(): ElectronApplication {
    if (!this.#application) throw new Error('the application is not open');
    return this.#application;
  }

  /** Opens the application and waits for its first window. */
  async open(): Promise<Page> {
    const { executablePath, args } = electronCommand();
    const { width = 1366, height = 768, demo = false } = this.#options;
    this.#application = await _electron.launch({
      executablePath,
      args: [...args, `--user-data-dir=${this.folder}`],
      env: {
        ...(process.env as Record<string, string>),
        FACTORY_PULSE_TEST_HOOKS: '1',
        FACTORY_PULSE_SERVER_URL: this.#options.server,
        ...(demo ? { FACTORY_PULSE_DEMO: '1' } : {}),
      },
    });
    this.#page = await this.#application.firstWindow();
    await this.#application.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, ...size }),
      { width, height },
    );
    return this.#page;
  }

  /** Signs in by the form, as a person does, and waits for the board. */
  async signIn(email: string, password = demoPassword): Promise<Page> {
    const { page } = this;
    await page.locator('input[type="email"], input[autocomplete="username"]').first().fill(email);
    await page.locator('input[type="password"]').first().fill(password);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('board')).toBeVisible();
    return page;
  }

  /** Closes the application in good order; the data folder stays. */
  async close(): Promise<void> {
    await this.#application?.close();
    this.#application = null;
    this.#page = null;
  }

  /** Ends the process without a warning, as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#application?.process();
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await ended;
    this.#application = null;
    this.#page = null;
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
