import { expect, type Locator, type Page } from '@playwright/test';
import type { Desktop } from './desktop.ts';

/** The table of projects of one desktop, used as a person uses it. */
export class ProjectTable {
  readonly #desktop: Desktop;

  private constructor(desktop: Desktop) {
    this.#desktop = desktop;
  }

  static async open(desktop: Desktop): Promise<ProjectTable> {
    await desktop.page.getByRole('link', { name: desktop.words('app.navigation.projects'), exact: true }).click();
    const table = new ProjectTable(desktop);
    await expect(table.grid.getByRole('link').first()).toBeVisible();
    return table;
  }

  get #page(): Page {
    return this.#desktop.page;
  }

  get grid(): Locator {
    return this.#page.getByRole('grid');
  }

  /** The rows in sight from top to bottom. */
  get rows(): Locator {
    return this.grid.getByRole('row').filter({ has: this.#page.getByRole('link') });
  }

  row(title: string): Locator {
    return this.rows.filter({ hasText: title });
  }

  head(label: string): Locator {
    return this.grid.getByRole('columnheader').getByRole('button', { name: label, exact: true });
  }

  get selected(): Locator {
    return this.grid.locator('[role=row][aria-selected=true]');
  }

  get bulk(): Locator {
    return this.#page.getByRole('region', { name: this.#desktop.words('lists.bulk.label') });
  }

  /** The text of one column of the rows in sight, by the column's place from 1. */
  async column(place: number): Promise<string[]> {
    const cells = this.grid.locator(`[role=gridcell][aria-colindex="${place + 1}"]`);
    const texts = await cells.evaluateAll((found) =>
      found
        .map((cell) => ({ line: Number((cell as HTMLElement).dataset['line']), text: cell.textContent }))
        .sort((a, b) => a.line - b.line)
        .map(({ text }) => text),
    );
    return texts;
  }

  /** The cell with the focus, as `line:column`. */
  async place(): Promise<string> {
    return this.#page.evaluate(() => {
      const { line = '', column = '' } = (document.activeElement as HTMLElement | null)?.dataset ?? {};
      return `${line}:${column}`;
    });
  }
}
