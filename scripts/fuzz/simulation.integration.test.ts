import { describe, expect, it } from 'vitest';
import { startScript } from '../lib/run-ts.mjs';

/** A broken promise is told with its seed in what is printed. */
async function simulate(...options: string[]): Promise<{ code: number | null; printed: string }> {
  const simulation = await startScript('scripts/fuzz/index.ts', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [simulation.stdout, simulation.stderr]) stream?.on('data', (chunk) => (printed += String(chunk)));
  const code = await new Promise<number | null>((resolve) => simulation.once('close', resolve));
  return { code, printed };
}

describe('the simulation', () => {
  it('finds every promise kept in a fixed set of seeds', { timeout: 300_000 }, async () => {
    const { code, printed } = await simulate('--seed', '1', '--seeds', '8');
    expect(printed).toContain('verdict: every promise kept');
    expect(printed).toMatch(/^8 stories/m);
    expect(code).toBe(0);
  });

  it('finds every promise kept where all seeds share one centre', { timeout: 300_000 }, async () => {
    const { code, printed } = await simulate('--seed', '101', '--seeds', '4', '--shared-centre');
    expect(printed).toContain('verdict: every promise kept');
    expect(code).toBe(0);
  });
});
