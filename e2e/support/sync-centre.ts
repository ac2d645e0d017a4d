import { expect, type Locator } from '@playwright/test';
import type { Desktop } from './desktop.ts';

type SectionName = 'attention' | 'conflict' | 'waiting' | 'setAside' | 'history';

/** The sync centre of one desktop, used as a person uses it. */
export class SyncCentre {
  readonly #desktop: Desktop;

  constructor(desktop: Desktop) {
    this.#desktop = desktop;
  }

  /** Opens it from the status bar. */
  static async open(desktop: Desktop): Promise<SyncCentre> {
    await desktop.status.click();
    const centre = new SyncCentre(desktop);
    await expect(centre.heading).toBeVisible();
    return centre;
  }

  get heading(): Locator {
    return this.#desktop.page.getByRole('heading', { level: 1, name: this.#desktop.words('sync.title'), exact: true });
  }

  /** How things stand, in words. */
  get state(): Locator {
    return this.#desktop.page.getByRole('region', { name: this.#desktop.words('sync.facts.label'), exact: true });
  }

  section(name: SectionName): Locator {
    // The name of a section ends with the number of its entries.
    return this.#desktop.page.getByRole('region', { name: this.#desktop.words(`sync.${name}List.title`) });
  }

  /** The entry about a record, by a part of the record's name. */
  entry(name: SectionName, record: string): Locator {
    return this.section(name).getByRole('listitem').filter({ hasText: record });
  }

  async isEmpty(name: SectionName): Promise<void> {
    await expect(this.section(name)).toContainText(this.#desktop.words(`sync.${name}List.empty`));
  }

  async press(key: 'now' | 'checkNow'): Promise<void> {
    await this.#desktop.page.getByRole('button', { name: this.#desktop.words(`sync.${key}`), exact: true }).click();
  }
}
