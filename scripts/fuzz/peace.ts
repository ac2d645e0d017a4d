import { people, type World } from './world.ts';

/** Ends what an administrator had put in force for a while; a restore may have brought some of it back. */
export async function settleWorld({ centre }: World): Promise<void> {
  await centre.client.query('update sync.instance set minimum_client_version = 1, notify_enabled = true');
  await centre.client.query(`update public.users set status = 'active' where status <> 'active' and email = any ($1)`, [people]);
}
