import { demoPassword } from '../../../shared/demo-accounts.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica, type Sqlite } from '../replica/database.ts';
import type { TestDesktop } from './desktop.ts';

/** Works on a desktop's replica file behind the back of the application, which may be running. */
export async function behindItsBack<T>(desktop: TestDesktop, work: (sqlite: Sqlite) => T): Promise<T> {
  const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
  const key = await profile.unlock(demoPassword);
  if (!key) throw new Error(`the profile of ${desktop.email} does not open`);
  const replica = openReplica(profile.replicaFile, key);
  try {
    replica.write.pragma('foreign_keys = OFF');
    return work(replica.write);
  } finally {
    replica.close();
  }
}
