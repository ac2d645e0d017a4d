import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { TestDesktop } from '../testing/desktop.ts';
import { divergence } from '../testing/divergence.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';

const ceo = 'ceo@factorypulse.vn';

let central: DemoCentral;
let network: FaultyProxy;
let desktop: TestDesktop;

beforeAll(async () => {
  central = await createDemoCentral();
  network = await FaultyProxy.start(central);
  desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
});

afterAll(async () => {
  await desktop.remove();
  await network.stop();
  await central.drop();
});

it('a move of a project that leaves during the pull goes to the person, and its rows are not taken for broken ones', async () => {
  await desktop.signIn(ceo);
  await desktop.settled();
  const { rows } = await desktop.call('projects.list', { status: 'active' });
  const id = rows[0]?.id ?? '';
  const moves = await desktop.call('projects.moves', { id });
  const to_stage_id = moves.find((move) => move.allowed || move.reason_helps)?.to_stage_id ?? null;

  // The pull takes four round trips of this length; the move is made in the middle of it.
  network.faults.delayMs = 150;
  await central.client.query('delete from public.projects where id = $1', [id]);
  await new Promise((resolve) => setTimeout(resolve, 450));
  await desktop.call('projects.move', { id, to_stage_id, reason: 'Theo yêu cầu' });
  await desktop.until((status) => status.attention === 1, 'the refused move');
  network.faults.delayMs = 0;

  await desktop.quit();
  const profile = new Profile(desktop.folder, desktop.serverName, ceo);
  const key = await profile.unlock(demoPassword);
  if (!key) throw new Error('the profile does not open');
  const replica = openReplica(profile.replicaFile, key);
  expect(replica.read.prepare('select table_name, reason from quarantine').all()).toEqual([]);
  replica.close();
  expect(await divergence(central, desktop, ceo)).toEqual([]);
});
