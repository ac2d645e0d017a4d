import { beforeAll, expect, it, vi } from 'vitest';
import { askToConfirm, questionsCanBeAsked } from './questions.ts';

/** What reaches the part that draws questions. */
const asked: unknown[] = [];

beforeAll(() => {
  const window = new EventTarget();
  window.addEventListener('mantine-modals:openConfirmModal', (event) => asked.push((event as CustomEvent<{ title: string }>).detail.title));
  vi.stubGlobal('window', window);
});

it('a question that is asked before questions can be drawn is asked then, once, and later ones at once', async () => {
  const early = askToConfirm({ title: 'early' });
  await Promise.resolve();
  expect(asked).toEqual([]);
  questionsCanBeAsked();
  await early;
  expect(asked).toEqual(['early']);
  await askToConfirm({ title: 'late' });
  expect(asked).toEqual(['early', 'late']);
});
