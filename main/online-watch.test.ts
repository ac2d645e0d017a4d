import { expect, it } from 'vitest';
import { OnlineWatch } from './online-watch.ts';

it('the network comes back once for each time it was gone', () => {
  let returns = 0;
  const watch = new OnlineWatch(true, () => returns += 1);
  for (const online of [true, false, false, true, true, false, true]) watch.note(online);
  expect(returns).toBe(2);
});
