import { QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { invalidateTables, queryClient } from './queries.ts';

afterEach(() => queryClient.clear());

/** A screen that shows a project, and the answers that it asked for, to be given in the test's order. */
function screen(): { shown: () => unknown; asked: ((title: string) => void)[]; leave: () => void } {
  const asked: ((title: string) => void)[] = [];
  const observer = new QueryObserver(queryClient, {
    queryKey: ['projects.get', { id: 'one' }],
    queryFn: () => new Promise<string>((resolve) => asked.push(resolve)),
  });
  const leave = observer.subscribe(() => undefined);
  return { shown: () => observer.getCurrentResult().data, asked, leave };
}

it('a change that is told while the first answer is on its way is not lost', async () => {
  const { shown, asked, leave } = screen();
  const told = invalidateTables(['projects']);
  asked[0]?.('provisional');
  await expect.poll(() => asked.length).toBe(2);
  expect(shown()).toBe('provisional');
  asked[1]?.('final');
  await told;
  expect(shown()).toBe('final');
  leave();
});

it('a change that is told while an answer is being asked for again counts at once', async () => {
  const { shown, asked, leave } = screen();
  asked[0]?.('first');
  await expect.poll(shown).toBe('first');
  void invalidateTables(['projects']);
  const told = invalidateTables(['projects']);
  expect(asked).toHaveLength(3);
  asked[2]?.('final');
  await told;
  asked[1]?.('old');
  expect(shown()).toBe('final');
  leave();
});

it('a change of other tables asks nothing', async () => {
  const { asked, leave } = screen();
  asked[0]?.('first');
  await invalidateTables(['exchange_rates']);
  expect(asked).toHaveLength(1);
  leave();
});
