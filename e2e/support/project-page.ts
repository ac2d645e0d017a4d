import { expect, type Locator, type Page } from '@playwright/test';
import type { PriorityLevel } from '../../shared/api/projects.ts';
import type { Desktop } from './desktop.ts';
import type { Words } from './words.ts';

type TextColumn = 'title' | 'description' | 'notes';

/** One project's page, used as a person uses it. */
export class ProjectPage {
  readonly #page: Page;
  readonly #words: Words;

  constructor(desktop: Desktop) {
    this.#page = desktop.page;
    this.#words = desktop.words;
  }

  /** Opens it from the board by its title. */
  static async open(desktop: Desktop, title: string): Promise<ProjectPage> {
    await desktop.page.getByRole('link', { name: desktop.words('app.navigation.board'), exact: true }).click();
    await desktop.board.getByRole('link', { name: title, exact: true }).click();
    await expect(desktop.page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible();
    return new ProjectPage(desktop);
  }

  panel(heading: string): Locator {
    return this.#page.getByRole('region', { name: this.#words(heading), exact: true });
  }

  get conflicts(): Locator {
    return this.#page.getByRole('region', { name: this.#words('projects.conflicts.title', { count: 1 }) });
  }

  /** A text as it is shown outside editing. */
  text(column: TextColumn, value: string): Locator {
    return this.#page.getByRole('button', { name: `${this.#editLabel(column)}: ${value}`, exact: true });
  }

  /** Replaces a text and waits until it is shown as saved. */
  async edit(column: TextColumn, value: string): Promise<void> {
    await this.#page.getByRole('button', { name: `${this.#editLabel(column)}: ` }).click();
    const field = this.#page.getByRole('textbox', { name: this.#columnName(column), exact: true });
    await field.fill(value);
    await field.press(column === 'title' ? 'Enter' : 'Control+Enter');
    await expect(this.text(column, value)).toBeVisible();
  }

  priority(level: PriorityLevel): Locator {
    return this.#page.getByRole('button', {
      name: `${this.#editLabel('priority_level')}: ${this.#words(`values.priority.${level}`)}`,
      exact: true,
    });
  }

  async setPriority(level: PriorityLevel): Promise<void> {
    await this.#page.getByRole('button', { name: `${this.#editLabel('priority_level')}: ` }).click();
    await this.#page.getByRole('menuitem', { name: this.#words(`values.priority.${level}`), exact: true }).click();
    await expect(this.priority(level)).toBeVisible();
  }

  deliveryDate(shown: string): Locator {
    return this.#page.getByRole('button', { name: `${this.#editLabel('estimated_delivery_date')}: ${shown}`, exact: true });
  }

  /** Chooses a day of the month that the calendar opens with. */
  async setDeliveryDay(day: number): Promise<void> {
    await this.#page.getByRole('button', { name: `${this.#editLabel('estimated_delivery_date')}: ` }).click();
    const calendar = this.#page.getByRole('dialog', { name: this.#columnName('estimated_delivery_date') });
    await calendar.getByText(String(day), { exact: true }).click();
    await expect(calendar).toBeHidden();
  }

  step(name: string): Locator {
    return this.#page.getByRole('checkbox', { name: this.#words('projects.checklist.complete', { name }), exact: true });
  }

  async tick(name: string): Promise<void> {
    await this.step(name).click();
    await expect(this.step(name)).toBeChecked();
  }

  #columnName(column: string): string {
    return this.#words(`values.column.${column}`);
  }

  #editLabel(column: string): string {
    return this.#words('projects.edit.edit', { field: this.#columnName(column) });
  }
}
