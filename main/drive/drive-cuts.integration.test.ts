import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { DriveCuts, isWhole } from './testing/drive-cuts.ts';

let central: DemoCentral;

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  await central.drop();
});

it('cuts at any byte and ends of sessions at any moment leave no corrupt and no double file, and each arrives', async () => {
  const cuts = await DriveCuts.begin(central);
  try {
    const outcome = await cuts.run(20, 3);
    expect(outcome.cuts).toBeGreaterThanOrEqual(20);
    expect(outcome.restarts).toBeGreaterThan(2);
    expect(isWhole(outcome), JSON.stringify(outcome)).toBe(true);
  } finally {
    await cuts.end();
  }
}, 120_000);
