import type { Page } from '@playwright/test';
import type { Bridge, Input } from '../../shared/api/index.ts';
import type { Session } from '../../shared/api/session.ts';
import type { Envelope } from '../../shared/errors.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { keyOf, type EditCall, type Field } from './ledger.ts';

/* Work by the bridge alone, as fast as a script can: what a page could do, without waiting for its screens. */

declare global {
  interface Window {
    readonly factoryPulse: Bridge;
    /** Hands in the answer to the last edit and gets the next one; null ends the work. */
    nextEdit(answer: Envelope<null> | null): Promise<EditCall | null>;
  }
}

/** Opens the session of the remembered person, or signs in where nobody is remembered yet. */
export async function openSession(page: Page, email: string): Promise<Session> {
  await page.waitForFunction(() => 'factoryPulse' in window);
  const answer = await page.evaluate(
    async (credentials) => {
      const { call } = window.factoryPulse;
      const current = await call('session.current');
      return current.ok && current.value ? { ok: true as const, value: current.value } : call('session.signIn', credentials);
    },
    { email, password: demoPassword },
  );
  if (!answer.ok) throw new Error(`no session: ${answer.error.code}`);
  return answer.value;
}

/** The cells that an edit may go to, with what the application shows of them; waits until a first load has brought some. */
export async function readFields(page: Page): Promise<{ fields: Field[]; shown: Map<string, unknown> }> {
  let found = await readCells(page);
  while (found.length === 0) found = await readCells(page);
  return {
    fields: found.map(({ value: _, ...field }) => field),
    shown: new Map(found.map((cell) => [keyOf(cell), cell.value])),
  };
}

const readCells = (page: Page): Promise<(Field & { value: string | null })[]> =>
  page.evaluate(async () => {
    const { call } = window.factoryPulse;
    const list = await call('projects.list', { limit: 500 });
    if (!list.ok) throw new Error(list.error.message);
    const pages = await Promise.all(list.value.rows.map(({ id }) => call('projects.get', { id })));
    return pages.flatMap((page) => {
      if (!page.ok) throw new Error(page.error.message);
      const { project, sub_stages } = page.value;
      const step = sub_stages.find(
        (one) =>
          one.workflow_stage_id === project.current_stage_id && (one.status === 'blocked' || one.settable.includes('blocked')),
      );
      const cells = [
        ...(['title', 'description', 'notes'] as const).map((column) => ({ column, subStage: null, value: project[column] })),
        ...(step ? [{ column: 'blocked_reason' as const, subStage: step.id, value: step.blocked_reason }] : []),
      ];
      return cells.map((cell) => ({ project: project.id, ...cell }));
    });
  });

/** Sends one edit after the other until the test has no more; `nextEdit` of the page has to be there. */
export const writeEdits = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let edit = await window.nextEdit(null); edit; ) {
      const { name, input } = edit;
      const answer = await window.factoryPulse.call(name as 'projects.update', input as Input<'projects.update'>);
      edit = await window.nextEdit(answer);
    }
  });
