import type { Session } from '../../../shared/api/session.ts';
import { defaultSecuritySettings } from '../../../shared/domain/security-settings.ts';
import { checkArchive } from '../backup/archive-reader.ts';
import { prepareReplica } from '../backup/restore-replica.ts';
import { fileKeys } from '../files/file-keys.ts';
import { ContentStore } from '../files/store.ts';
import type { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';

/** Opens the replica of a profile, makes another of a snapshot, and puts that in its place, as the worker does. */
export async function restoreSnapshotOf(profile: Profile, key: Buffer, file: string): Promise<void> {
  const replica = openReplica(profile.replicaFile, key);
  const meta = new Meta(replica.write);
  const store = new ContentStore(replica, profile.filesFolder, fileKeys(replica.write, meta));
  const session: Session = {
    person: { id: meta.get('user_id') ?? '', organization_id: meta.get('organization_id') ?? '', email: '', name: '', role: 'admin', department: null },
    organization: { id: meta.get('organization_id') ?? '', name: '', timezone: 'Asia/Ho_Chi_Minh', default_currency: 'VND' },
    security: defaultSecuritySettings,
    offline: true,
    loading: false,
  };
  const signal = new AbortController().signal;
  const manifest = await checkArchive(file, { passphrase: null, signal });
  const opened = { replica, folder: profile.folder, current: () => session, files: { store } };
  const prepared = await prepareReplica(opened, { file, manifest, reading: { passphrase: null, signal }, tell: () => undefined });
  store.close();
  replica.close();
  prepared.takeOver();
}
