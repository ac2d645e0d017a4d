import type pg from 'pg';
import { createPerson } from '../../db/central/people.ts';
import { demoId } from '../../db/demo/rows.ts';
import { asMaintenance } from '../../db/testing/workflow-cases.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';

/** A second organization of the centre, into which people and projects move and from which they come back. */
export const neighbourId = demoId('fuzz', 'neighbour');

/** Works for one organization or the other and only reads, so that nothing holds this person back from moving. */
export const guest = 'guest@factorypulse.vn';

const guestId = demoId('fuzz', 'guest');

/** Adds the organization, a workflow of one stage and the guest, who begins in the demo's organization. */
export async function addNeighbour(client: pg.Client): Promise<void> {
  await asMaintenance(client, async () => {
    await client.query(`insert into public.organizations (id, name, slug) values ($1, 'Nhà máy bên cạnh', 'neighbour')`, [neighbourId]);
    await client.query(
      `insert into public.workflow_stages (organization_id, name, slug, color, stage_order)
       values ($1, 'Tiếp nhận', 'intake', '#808080', 1)`,
      [neighbourId],
    );
    await client.query(
      `insert into public.users (id, organization_id, email, name, role)
       select $1, organization_id, $2, 'Khách', 'engineering' from public.users where email = 'ceo@factorypulse.vn'`,
      [guestId, guest],
    );
    await createPerson(client, { userId: guestId, password: demoPassword, mustChange: false });
  });
}
