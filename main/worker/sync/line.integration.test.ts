import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { tables } from '../replica/tables.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';

const ceo = 'ceo@factorypulse.vn';

let central: DemoCentral;
const desktops: TestDesktop[] = [];

function desktop(): TestDesktop {
  const created = new TestDesktop(central.address);
  desktops.push(created);
  return created;
}

beforeAll(async () => {
  central = await createDemoCentral();
});

afterAll(async () => {
  for (const one of desktops) await one.remove();
  await central.drop();
});

describe('the line from one desktop through the centre to another', () => {
  it('loads everything that the person may see, row by row as the centre has it', async () => {
    const one = desktop();
    await one.signIn(ceo);
    await one.settled();
    const { projects, stages } = await one.call('projects.board', {});
    expect(stages).toHaveLength(8);
    const { total } = await one.call('projects.list', {});
    expect(total).toBe(17);
    expect(projects.length).toBeGreaterThan(0);
    expect(tables.length).toBeGreaterThan(30);
  });

  it('shows an edit at once, sends it, and another desktop shows it without being asked', async () => {
    const [one, two] = [desktop(), desktop()];
    await one.signIn(ceo);
    await two.signIn('quality@factorypulse.vn');
    await Promise.all([one.settled(), two.settled()]);
    const { rows } = await one.call('projects.list', {});
    const id = rows[0]?.id ?? '';

    await one.call('projects.update', { id, patch: { title: 'Đồ gá hàn – bản sửa' } });
    expect((await one.call('projects.get', { id })).project.title).toBe('Đồ gá hàn – bản sửa');
    await one.settled();
    await waitFor(async () => {
      const page = await two.call('projects.get', { id });
      return page.project.title === 'Đồ gá hàn – bản sửa' ? page : null;
    }, 'the title on the second desktop');
    expect(two.events.some((event) => event.topic === 'data.changed')).toBe(true);
  });
});
