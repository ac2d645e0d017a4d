import { expect, it } from 'vitest';
import { snapshotSees } from './snapshot.ts';
import { stepBack } from './lost-ids.ts';

it('a cursor that is stepped back has seen what is long over and nothing of what came last', () => {
  const earlier = stepBack('5000000123:5000000130:5000000123,5000000127');
  expect(snapshotSees(earlier, 4_999_990_122)).toBe(true);
  expect(snapshotSees(earlier, 4_999_990_123)).toBe(false);
  expect(snapshotSees(earlier, 5_000_000_125)).toBe(false);
});

it('a cursor of a young server is stepped back to its beginning', () => {
  expect(stepBack('760:760:')).toBe('1:1:');
});
