import type { MainHandlers } from '../ipc/answer-call.ts';
import type { driveApi } from '../../shared/api/drive.ts';
import type { DriveDesk } from './drive-desk.ts';

/** The operations of `drive.*`. */
export const driveHandlers = (desk: DriveDesk, openPermissions: () => Promise<void>): Pick<MainHandlers, keyof typeof driveApi> => ({
  'drive.state': async () => (await desk.drive).state(),
  'drive.connect': async (wish) => (await desk.drive).connect(wish),
  'drive.cancelConnect': async () => {
    (await desk.drive).cancelConnect();
    return null;
  },
  'drive.copySignIn': async () => {
    await (await desk.drive).copySignIn();
    return null;
  },
  'drive.disconnect': async () => (await desk.drive).disconnect(),
  'drive.setClientSecret': async ({ secret }) => (await desk.drive).setClientSecret(secret),
  'drive.list': async (listing) => (await desk.drive).list(listing),
  'drive.thumbnail': async ({ id }) => (await desk.drive).thumbnail(id),
  'drive.describe': async ({ files }) => (await desk.drive).describe(files),
  'drive.download': async ({ files, project_id }) => (await desk.drive).transfers.download(files, project_id),
  'drive.upload': async (wish) => (await desk.drive).transfers.upload(wish),
  'drive.transfers': () => desk.transfers(),
  'drive.pauseTransfer': async ({ id }) => {
    await (await desk.drive).transfers.pause(id);
    return null;
  },
  'drive.resumeTransfer': async ({ id }) => {
    await (await desk.drive).transfers.resume(id);
    return null;
  },
  'drive.cancelTransfer': async ({ id }) => {
    await (await desk.drive).transfers.cancel(id);
    return null;
  },
  'drive.troubles': async ({ check }) => {
    const drive = await desk.drive;
    if (check) await drive.checkChanges();
    return drive.troubles();
  },
  'drive.openPermissions': async () => {
    await openPermissions();
    return null;
  },
});
