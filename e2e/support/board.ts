import { expect, type Locator, type Page } from '@playwright/test';
import type { Desktop } from './desktop.ts';

/** The board of one desktop, used as a person uses it. */
export class Board {
  readonly #desktop: Desktop;

  constructor(desktop: Desktop) {
    this.#desktop = desktop;
  }

  get #page(): Page {
    return this.#desktop.page;
  }

  stage(name: string): Locator {
    // The name of a column ends with the number of its projects.
    return this.#desktop.board.getByRole('region', { name: `${name}, ` });
  }

  /** The project's link, which is what the keyboard reaches of a card. */
  link(title: string): Locator {
    return this.#desktop.board.getByRole('link', { name: title, exact: true });
  }

  card(title: string): Locator {
    return this.#desktop.board.getByRole('article').filter({ has: this.#page.getByRole('link', { name: title, exact: true }) });
  }

  async isIn(title: string, stage: string): Promise<void> {
    await expect(this.stage(stage).getByRole('link', { name: title, exact: true })).toBeVisible();
  }

  /** Picks a card up with the mouse and drops it on a stage. */
  async drag(title: string, stage: string): Promise<void> {
    const from = await centreOf(this.card(title));
    await this.#page.mouse.move(from.x, from.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(from.x + 12, from.y + 4, { steps: 3 });
    const to = await centreOf(this.stage(stage));
    await this.#page.mouse.move(to.x, to.y, { steps: 8 });
    await this.#page.mouse.up();
  }

  /** Chooses a target in the menu of a card. */
  async chooseMove(title: string, target: string): Promise<void> {
    await this.card(title).getByRole('button').click();
    await this.#page.getByRole('menuitem', { name: target }).click();
  }

  /** The dialog that asks for a reason or says what is missing. */
  get dialog(): Locator {
    return this.#page.getByRole('dialog').filter({ hasText: this.#desktop.words('projects.move.missingTitle') });
  }
}

async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (!box) throw new Error('what is to be dragged is not on the screen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
